/**
 * In a bundle it stands in place of `@aws-sdk/middleware-endpoint-discovery`: no command of DynamoDB that a function calls
 * needs its endpoints discovered, and none asks for it unless it is told to.
 */
export const NODE_ENDPOINT_DISCOVERY_CONFIG_OPTIONS = {
  environmentVariableSelector: (): undefined => undefined,
  configFileSelector: (): undefined => undefined,
  default: false,
}

/** Leaves the configuration of a client as it is. */
export function resolveEndpointDiscoveryConfig<Configuration>(configuration: Configuration): Configuration {
  return configuration
}
