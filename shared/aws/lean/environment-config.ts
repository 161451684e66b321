/**
 * In a bundle it stands in place of `@smithy/core/config`: a function on Lambda is configured by its environment. There are no
 * files of a home directory to read, and no metadata service to ask for the region.
 */
import { env } from 'node:process'

type Environment = Readonly<Record<string, string | undefined>>

interface Setting<Value> {
  readonly environmentVariableSelector: (environment: Environment) => Value | undefined
  readonly default: Value | (() => Value | Promise<Value>)
}

/** @returns what asks the environment once, and takes the default where it has nothing. */
export function loadConfig<Value>({ environmentVariableSelector, default: otherwise }: Setting<Value>) {
  let known: Promise<Value> | undefined
  const read = async (): Promise<Value> => {
    const value = environmentVariableSelector(env)
    if (value !== undefined) return value
    return isMaker(otherwise) ? otherwise() : otherwise
  }
  return (): Promise<Value> => (known ??= read())
}

function isMaker<Value>(otherwise: Setting<Value>['default']): otherwise is () => Value | Promise<Value> {
  return typeof otherwise === 'function'
}

/** Where a setting is written; a function has its environment alone. */
export const SelectorType = { ENV: 'env', CONFIG: 'shared config entry' } as const
/** Of names in configuration files. */
export const CONFIG_PREFIX_SEPARATOR = '.'

/** @throws Error when the variable is neither `true` nor `false`. */
export function booleanSelector(environment: Environment, name: string, type: string): boolean | undefined {
  const value = environment[name]
  if (value === undefined) return undefined
  if (value === 'true' || value === 'false') return value === 'true'
  throw new Error(`Cannot load ${type} "${name}". Expected "true" or "false".`)
}

const flag = (name: string): Setting<boolean> => ({
  environmentVariableSelector: (environment) => booleanSelector(environment, name, SelectorType.ENV),
  default: false,
})

export const NODE_USE_DUALSTACK_ENDPOINT_CONFIG_OPTIONS = flag('AWS_USE_DUALSTACK_ENDPOINT')
export const NODE_USE_FIPS_ENDPOINT_CONFIG_OPTIONS = flag('AWS_USE_FIPS_ENDPOINT')

export const REGION_ENV_NAME = 'AWS_REGION'
/** Of configuration files. */
export const REGION_INI_NAME = 'region'

export const NODE_REGION_CONFIG_OPTIONS: Setting<string> = {
  environmentVariableSelector: (environment) => environment[REGION_ENV_NAME] || undefined,
  default: () => {
    throw new Error('Region is missing: AWS_REGION must be set, as Lambda does')
  },
}
export const NODE_REGION_CONFIG_FILE_OPTIONS = {}

type Given<Value> = Value | (() => Promise<Value>)

interface Configuration {
  readonly region?: Given<string>
  readonly useFipsEndpoint?: Given<boolean>
}

/** A region becomes a part of host names: nothing else may come with it. */
const REGION = /^[a-z0-9][a-z0-9-]{0,62}$/i

/** Adds the region and the choice of endpoints, as providers. */
export function resolveRegionConfig<Config extends Configuration>(config: Config) {
  const { region, useFipsEndpoint } = config
  if (!region) throw new Error('Region is missing')
  return Object.assign(config, {
    region: async (): Promise<string> => {
      const name = typeof region === 'function' ? await region() : region
      if (!REGION.test(name)) throw new Error('The region is not a valid part of a host name')
      return name
    },
    useFipsEndpoint: async (): Promise<boolean> =>
      typeof useFipsEndpoint === 'function' ? useFipsEndpoint() : useFipsEndpoint === true,
  })
}

/** The mode that the clients have without a configuration: their limits are set here by `shared/aws/clients.ts`. */
export function resolveDefaultsModeConfig(): () => Promise<'legacy'> {
  return async () => 'legacy'
}

/** What providers of credentials throw. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError'
}
