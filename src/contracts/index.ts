export { check, checkRequest, checkResponse, checkWebhook, findOperation, type Exchange } from './check.js';
export type {
  Basis,
  Contract,
  Evidence,
  Operation,
  VendorName,
  ResponseContract,
  Violation,
  Webhook,
} from './contract.js';
export { attendeeContract } from './attendee/contract.js';
export { cronofyContract } from './cronofy/contract.js';
export { coverage, type CoverageReport, type NextStep, type CoverageCounts } from './coverage.js';
