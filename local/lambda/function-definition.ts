/** What the template says about each function. */
import * as v from 'valibot'
import { LocalError } from '#local/local-error.ts'
import { NumberProperty } from '#local/template/number-property.ts'
import { readProperties, type ResolvedResource, type TemplateStack } from '#local/template/template-stack.ts'

export interface FunctionDefinition {
  readonly logicalId: string
  /** `rotate-certs` of the output `FunctionRotateCerts`; without such an output the logical id. */
  readonly operation: string
  readonly name: string
  readonly arn: string
  /** `module.export`. */
  readonly handler: string
  /** The bundle, as it would be uploaded. */
  readonly codeDirectory: string
  readonly timeoutSeconds: number
  readonly memoryMb: number
  readonly environment: Readonly<Record<string, string>>
  /** Processes at once. */
  readonly maxConcurrency: number
  /** How often an asynchronous invocation is repeated after a failure. */
  readonly asyncRetries: number
  /** Where its lines would go in CloudWatch Logs. */
  readonly logGroup: string
  readonly logFormat: 'Text' | 'JSON'
  /** Whether Lambda writes a line of its own about an invocation that went well. */
  readonly reports: boolean
}

const FunctionProperties = v.object({
  Handler: v.string(),
  Runtime: v.pipe(v.string(), v.startsWith('nodejs', 'the local stack runs Node.js functions only')),
  Timeout: v.optional(NumberProperty, 3),
  MemorySize: v.optional(NumberProperty, 128),
  Code: v.object({ S3Key: v.string('the local stack needs code from an asset') }),
  Environment: v.optional(v.object({ Variables: v.optional(v.record(v.string(), v.string()), {}) })),
  ReservedConcurrentExecutions: v.optional(NumberProperty),
  LoggingConfig: v.optional(
    v.object({
      LogGroup: v.optional(v.string()),
      LogFormat: v.optional(v.picklist(['Text', 'JSON']), 'Text'),
      SystemLogLevel: v.optional(v.picklist(['DEBUG', 'INFO', 'WARN']), 'INFO'),
    }),
    {},
  ),
})

const InvokeConfigProperties = v.object({
  FunctionName: v.string(),
  MaximumRetryAttempts: v.optional(NumberProperty, 2),
})

/** Lambda repeats a failed asynchronous invocation twice unless the template says otherwise. */
const DEFAULT_ASYNC_RETRIES = 2

export interface DefinitionOptions {
  /** Asset directories by object key. */
  readonly assets: ReadonlyMap<string, string>
  /** Processes of one function at once when it has no reserved concurrency. */
  readonly defaultConcurrency: number
}

/**
 * Reads every function of the template.
 *
 * @throws LocalError naming the function whose code or settings cannot be used here.
 */
export function functionDefinitions(
  stack: TemplateStack,
  options: DefinitionOptions,
): readonly FunctionDefinition[] {
  const retries = new Map(
    stack.resources('AWS::Lambda::EventInvokeConfig').map((resource) => {
      const { FunctionName, MaximumRetryAttempts } = readProperties(resource, InvokeConfigProperties)
      return [functionName(FunctionName), MaximumRetryAttempts]
    }),
  )
  return stack.resources('AWS::Lambda::Function').map((resource) => {
    const properties = readProperties(resource, FunctionProperties)
    const { LoggingConfig: logging } = properties
    return {
      logicalId: resource.logicalId,
      operation: operationOf(stack, resource),
      name: resource.ref,
      arn: stack.attribute(resource.logicalId, 'Arn'),
      handler: properties.Handler,
      codeDirectory: codeDirectory(resource, properties.Code.S3Key, options),
      timeoutSeconds: properties.Timeout,
      memoryMb: properties.MemorySize,
      environment: properties.Environment?.Variables ?? {},
      maxConcurrency: properties.ReservedConcurrentExecutions ?? options.defaultConcurrency,
      asyncRetries: retries.get(resource.ref) ?? DEFAULT_ASYNC_RETRIES,
      logGroup: logging.LogGroup ?? `/aws/lambda/${resource.ref}`,
      logFormat: logging.LogFormat,
      reports: logging.SystemLogLevel !== 'WARN',
    }
  })
}

/** The same function with other values for variables that it has; it gets no variable that the template does not give it. */
export function withVariables(
  definition: FunctionDefinition,
  values: Readonly<Record<string, string>>,
): FunctionDefinition {
  const entries = Object.entries(definition.environment).map(([name, value]) => [name, values[name] ?? value])
  return { ...definition, environment: Object.fromEntries(entries) }
}

/** The name in a function's name, ARN, qualified ARN or API Gateway URI. */
export function functionName(reference: string): string {
  return /:function:([^:/]+)/.exec(reference)?.[1] ?? reference
}

function operationOf(stack: TemplateStack, { logicalId, ref }: ResolvedResource): string {
  const output = Object.entries(stack.outputs).find(
    ([name, value]) => name.startsWith('Function') && value === ref,
  )
  if (output === undefined) return logicalId
  const words = output[0].slice('Function'.length).replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
  return words.toLowerCase()
}

function codeDirectory({ logicalId }: ResolvedResource, key: string, { assets }: DefinitionOptions): string {
  const directory = assets.get(key)
  if (directory === undefined) throw new LocalError(`${logicalId}: the cloud assembly has no asset ${key}`)
  if (directory.endsWith('.zip'))
    throw new LocalError(`${logicalId}: the local stack needs an asset directory, not ${directory}`)
  return directory
}
