export const megabytes = (bytes) => `${(bytes / 1e6).toFixed(2)} MB`;
