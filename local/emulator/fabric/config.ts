/** The part of `notebook-ops.local.yml` that says what Microsoft Fabric contains. */
export interface FabricConfig {
  fabric?: FabricTenantConfig;
}

export interface FabricTenantConfig {
  /** By default one workspace `local` with one lakehouse `local`. */
  workspaces?: FabricWorkspaceConfig[];
  /** By default one active capacity `local`, which every workspace has that names no other. */
  capacities?: FabricCapacityConfig[];
  /** The header Retry-After of job instances and operations, by default 1. The service itself says 60 and 20. */
  retryAfterSeconds?: number;
  /** Simulated time of a long-running operation, on the workspace's clock. Without it creates and updates answer at once. */
  operationSeconds?: number;
  /** Simulated time from the start of a job instance until its session runs, on the workspace's clock. */
  jobStartSeconds?: number;
  /** A job instance beyond this number is refused with HTTP 430. */
  concurrentJobs?: number;
  /** A request beyond this number in a minute is refused with HTTP 429; counted for each identity. */
  requestsPerMinute?: number;
  /** The number of entries of a page of a list, by default 1000. */
  pageSize?: number;
  /** How long the name of a deleted item cannot be used again, on the workspace's clock. */
  nameReservedSeconds?: number;
}

export interface FabricWorkspaceConfig {
  name: string;
  /** A GUID; by default a random one. */
  id?: string;
  /** The name of one of `capacities`. */
  capacity?: string;
  lakehouses?: (string | LakehouseConfig)[];
  environments?: (string | FabricEnvironmentConfig)[];
  notebooks?: (string | FabricNotebookConfig)[];
  sparkJobDefinitions?: string[];
}

export interface LakehouseConfig {
  name: string;
  id?: string;
  /** A folder, whose content is copied to the lakehouse's `Files`. */
  files?: string;
}

export interface FabricEnvironmentConfig {
  name: string;
  id?: string;
  /** pip requirements, installed for the runs that use the environment. */
  libraries?: string[];
}

export interface FabricNotebookConfig {
  name: string;
  id?: string;
  /** An ipynb, or a file that begins with `# Fabric notebook source`. */
  file?: string;
}

export interface FabricCapacityConfig {
  name: string;
  id?: string;
  state?: CapacityState;
}

export type CapacityState = "Active" | "Paused";

export type FabricRole = "Admin" | "Member" | "Contributor" | "Viewer";
