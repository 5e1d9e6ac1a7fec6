/**
 * The node types of the local workspace: Azure sizes that cluster configs commonly name. The size of the local disk is that of
 * https://learn.microsoft.com/azure/virtual-machines/sizes (temp storage).
 */
export const nodeTypes = [
  nodeType("Standard_DS3_v2", { memoryMb: 14_336, cores: 4, diskGb: 28, category: "General Purpose" }),
  nodeType("Standard_DS4_v2", { memoryMb: 28_672, cores: 8, diskGb: 56, category: "General Purpose" }),
  nodeType("Standard_D4ds_v5", { memoryMb: 16_384, cores: 4, diskGb: 150, category: "General Purpose" }),
  nodeType("Standard_D8ds_v5", { memoryMb: 32_768, cores: 8, diskGb: 300, category: "General Purpose" }),
  nodeType("Standard_E4ds_v4", { memoryMb: 32_768, cores: 4, diskGb: 150, category: "Memory Optimized" }),
  nodeType("Standard_F4s", { memoryMb: 8_192, cores: 4, diskGb: 16, category: "Compute Optimized" }),
  nodeType("Standard_F8s", { memoryMb: 16_384, cores: 8, diskGb: 32, category: "Compute Optimized" }),
];

/** The runtimes that are listed. Any key of the right form is accepted, as the platform accepts old ones until their end of support. */
export const sparkVersions = [
  { key: "17.3.x-scala2.13", name: "17.3 LTS (includes Apache Spark 4.0.0, Scala 2.13)" },
  { key: "16.4.x-scala2.13", name: "16.4 LTS (includes Apache Spark 3.5.2, Scala 2.13)" },
  { key: "16.4.x-scala2.12", name: "16.4 LTS (includes Apache Spark 3.5.2, Scala 2.12)" },
  { key: "15.4.x-scala2.12", name: "15.4 LTS (includes Apache Spark 3.5.0, Scala 2.12)" },
  { key: "14.3.x-scala2.12", name: "14.3 LTS (includes Apache Spark 3.5.0, Scala 2.12)" },
];

export function isSparkVersion(key: string): boolean {
  return /^(custom:.+|\d+\.\d+\.x-([a-z]+-)*scala2\.1[123](-.+)?|auto:.+)$/.test(key);
}

interface NodeSize {
  memoryMb: number;
  cores: number;
  diskGb: number;
  category: string;
}

/** Source: https://docs.databricks.com/api/azure/workspace/clusters/listnodetypes */
function nodeType(id: string, { memoryMb, cores, diskGb, category }: NodeSize) {
  return {
    node_type_id: id,
    memory_mb: memoryMb,
    num_cores: cores,
    description: id,
    instance_type_id: id,
    category,
    display_order: 0,
    is_deprecated: false,
    is_encrypted_in_transit: false,
    is_graviton: false,
    is_hidden: false,
    is_io_cache_enabled: false,
    num_gpus: 0,
    photon_driver_capable: true,
    photon_worker_capable: true,
    support_cluster_tags: true,
    support_ebs_volumes: true,
    support_port_forwarding: true,
    node_info: { status: [] },
    node_instance_type: {
      instance_type_id: id,
      local_disks: 1,
      local_disk_size_gb: diskGb,
      local_nvme_disks: 0,
      local_nvme_disk_size_gb: 0,
    },
  };
}
