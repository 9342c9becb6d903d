export { check, checkRequest, checkResponse, checkWebhook, type Exchange } from './check.js';
export { findOperation } from './find-operation.js';
export type { Basis, Contract, Evidence, Operation, ResponseContract, Violation, Webhook } from './contract.js';
export type { VendorName, VendorName as ProviderName } from './vendors.js';
export { attendeeContract } from './attendee/contract.js';
export { cronofyContract } from './cronofy/contract.js';
export { coverageOfContracts as coverage } from './coverage/of-contracts.js';
export type { CoverageReport, NextStep, CoverageCounts } from './coverage/coverage.js';
