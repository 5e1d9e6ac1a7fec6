/** The node types of the local workspace: Azure sizes that cluster configs commonly name. */
export const nodeTypes = [
  nodeType("Standard_DS3_v2", 14_336, 4, "General Purpose"),
  nodeType("Standard_DS4_v2", 28_672, 8, "General Purpose"),
  nodeType("Standard_D4ds_v5", 16_384, 4, "General Purpose"),
  nodeType("Standard_D8ds_v5", 32_768, 8, "General Purpose"),
  nodeType("Standard_E4ds_v4", 32_768, 4, "Memory Optimized"),
  nodeType("Standard_F4s", 8_192, 4, "Compute Optimized"),
  nodeType("Standard_F8s", 16_384, 8, "Compute Optimized"),
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

function nodeType(id: string, memoryMb: number, cores: number, category: string) {
  return {
    node_type_id: id,
    memory_mb: memoryMb,
    num_cores: cores,
    description: id,
    instance_type_id: id,
    category,
    is_deprecated: false,
    is_hidden: false,
    num_gpus: 0,
    support_cluster_tags: true,
    support_port_forwarding: true,
    node_instance_type: { instance_type_id: id },
  };
}
