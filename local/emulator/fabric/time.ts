/** A time as Fabric writes it: UTC without a zone, with seven decimals. */
export const fabricTime = (ms: number) => new Date(ms).toISOString().replace("Z", "0000");
