import { probe } from './probe/probe.js';

probe();
