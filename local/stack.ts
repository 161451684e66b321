/** The local stack: what the synthesized template describes, running on this machine. */
import { resolve } from 'node:path'
import { type AlipayApp, alipayVariables } from './alipay.ts'
import { chosenAssembly } from './chosen-assembly.ts'
import { type Cloud, type CloudClients, LOCAL_CREDENTIALS, startCloud } from './cloud/cloud.ts'
import { createResources } from './cloud/create-resources.ts'
import { fillSecrets } from './cloud/secrets.ts'
import { type Gateway, startGateway } from './gateway/gateway.ts'
import { readHttpApi } from './gateway/http-api.ts'
import { type FunctionDefinition, functionDefinitions, withVariables } from './lambda/function-definition.ts'
import { createFunctionLogs } from './lambda/function-logs.ts'
import { type LambdaService, startLambda } from './lambda/lambda-service.ts'
import { eventSources, startSqsPoller } from './lambda/sqs-event-source.ts'
import { startOperatorServices } from './operator/operator-services.ts'
import { createProgress } from './progress.ts'
import { startSchedules } from './schedule/schedules.ts'
import { startStackControl } from './stack-control.ts'
import { describeStack, merchantOf, templateResources } from './describe-stack.ts'
import type { LocalStack, StackOptions } from './stack-options.ts'
import { claimStateDirectory } from './state-directory.ts'
import { readCloudAssembly } from './template/cloud-assembly.ts'
import { stackIdentity } from './template/local-identity.ts'
import { createTemplateStack, type TemplateStack } from './template/template-stack.ts'
import { type Simulator, startSimulator } from '#simulator/simulator.ts'

const DEFAULT_REGION = 'us-east-1'
const DEFAULT_TIME_SCALE = 6
const DEFAULT_CONCURRENCY = 4

type Stop = () => Promise<unknown> | void

/**
 * Synthesizes the stack, or takes a cloud assembly, and runs it.
 *
 * @throws LocalError, or PortError for a port in use, with everything stopped that had been started.
 * @example
 * const stack = await startStack({ stateDir, assembly, schedules: false, timeScale: 60 })
 * await fetch(`${stack.apiUrl}/v1/payments/ORDER-1`)
 * await stack.stop()
 */
export async function startStack(options: StackOptions = {}): Promise<LocalStack> {
  const stops: Stop[] = []
  let stopping: Promise<void> | undefined
  const stop = (): Promise<void> => (stopping ??= stopAll(stops))
  try {
    return { ...(await boot(options, stops)), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Last started, first stopped; one that fails does not keep the others from stopping. */
async function stopAll(stops: Stop[]): Promise<void> {
  const failures: unknown[] = []
  for (const stop of stops.toReversed()) {
    try {
      await stop()
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, 'the local stack did not stop cleanly')
}

async function boot(options: StackOptions, stops: Stop[]): Promise<Omit<LocalStack, 'stop'>> {
  const { onProgress = () => {}, timeScale = DEFAULT_TIME_SCALE, concurrency = DEFAULT_CONCURRENCY } = options
  const progress = createProgress(onProgress)
  const state = await claimStateDirectory(resolve(options.stateDir ?? '.local'), onProgress)
  stops.push(() => state.release())

  const gateway = await startGateway(options.apiPort ?? 0)
  stops.push(() => gateway.stop())
  gateway.setBodyEncoding(options.bodyEncoding ?? 'auto')
  // Both are started before either is waited for, so both have to end before a failure is passed on.
  const [assembly, cloud] = await bothSettled(
    chosenAssembly(options, progress),
    progress(
      {
        doing: 'starting DynamoDB, SQS, SNS and Secrets Manager',
        done: 'DynamoDB, SQS, SNS and Secrets Manager started',
      },
      startCloud().then((started) => registered(started, stops)),
    ),
  )
  const synthesized = await readCloudAssembly(assembly)
  const identity = stackIdentity(synthesized.stackName, synthesized.region ?? DEFAULT_REGION)
  const template = createTemplateStack(synthesized.template, {
    identity,
    addresses: { sqsUrl: cloud.endpoints.sqs, apiUrl: gateway.url },
    parameters: options.parameters ?? {},
  })
  const clients = cloud.clients(identity.region)
  const resources = templateResources(template)
  const declared = functionDefinitions(template, {
    assets: synthesized.assets,
    defaultConcurrency: concurrency,
  })

  const [simulator, leftOut] = await bothSettled(
    progress(
      { doing: 'starting the WeChat Pay simulator', done: 'WeChat Pay simulator started' },
      startSimulatorUnlessNone(options, { declared, stops }),
    ),
    progress(
      {
        doing: 'creating tables, queues, topic and secrets',
        done: 'tables, queues, topic and secrets created',
      },
      createResources(template, { cloud, clients, timeScale }),
    ),
  )
  if (simulator !== undefined && options.fillSecrets !== false) {
    await fillSecrets(clients.secretsManager, resources.secrets, simulator)
  }

  const { alipay } = merchantOf(declared)
  const variables = { ...(simulator && simulatorVariables(simulator, alipay)), ...options.variables }
  const functions = declared.map((definition) => withVariables(definition, variables))
  const logs = createFunctionLogs(state.logs)
  stops.push(() => logs.close())
  const { endpoints } = cloud
  const { region } = identity
  const lambda = await startLambda({
    functions,
    region,
    credentials: LOCAL_CREDENTIALS,
    endpoints,
    logs,
    timeScale,
  })
  stops.push(() => lambda.stop())

  serve(gateway, { template, lambda, options })
  startPolling(template, { lambda, cloud, clients, stops })
  const schedules = startSchedules(template, lambda, { run: options.schedules !== false })
  stops.push(() => schedules.stop())

  const levers = {
    fire: (ruleOrFunction: string) => schedules.fire(ruleOrFunction),
    kill: (functionOrOperation: string) => lambda.kill(functionOrOperation),
  }
  const control = await startStackControl(levers)
  stops.push(() => control.close())

  const credentials = options.requireIam === true ? LOCAL_CREDENTIALS : undefined
  const { rules } = schedules
  const operator = await startOperatorServices({ template, lambda, logs, rules, credentials })
  stops.push(() => operator.close())

  const description = describeStack({
    apiUrl: gateway.url,
    stackControlUrl: control.url,
    region,
    endpoints: { ...endpoints, lambda: operator.url, operator: operator.url },
    credentials: LOCAL_CREDENTIALS,
    resources,
    functions,
    simulator,
  })
  await state.writeStack(description)
  progress.done(`stack up: ${functions.length} functions`)
  return {
    description,
    stackFile: state.stackFile,
    assembly,
    apiUrl: gateway.url,
    simulator,
    clients,
    cloud,
    lambda,
    logs,
    ...levers,
    setBodyEncoding: (encoding) => gateway.setBodyEncoding(encoding),
    differences: [
      `${Object.keys(variables).join(', ')} and AWS_ENDPOINT_URL_* of the functions point to this machine; all else is the template's`,
      `visibility time-outs of queues are divided by ${timeScale}`,
      ...leftOut,
    ],
  }
}

function registered(cloud: Cloud, stops: Stop[]): Cloud {
  stops.push(() => cloud.stop())
  return cloud
}

async function startSimulatorUnlessNone(
  { simulator: start = startSimulator }: StackOptions,
  { declared, stops }: { readonly declared: readonly FunctionDefinition[]; readonly stops: Stop[] },
): Promise<Simulator | undefined> {
  if (start === 'none') return undefined
  const simulator = await start(merchantOf(declared))
  stops.push(() => simulator.stop())
  return simulator
}

function simulatorVariables(
  { url, backupUrl, alipay }: Simulator,
  app: AlipayApp | undefined,
): Readonly<Record<string, string>> {
  return { WXPAY_API_URL: url, WXPAY_API_BACKUP_URL: backupUrl, ...alipayVariables(app, alipay) }
}

interface ServeInput {
  readonly template: TemplateStack
  readonly lambda: LambdaService
  readonly options: StackOptions
}

function serve(gateway: Gateway, { template, lambda, options }: ServeInput): void {
  const api = readHttpApi(template)
  for (const { functionName } of api.routes) lambda.find(functionName)
  gateway.serve({
    api,
    invoke: (functionName, payload) => lambda.invokeWith(functionName, payload),
    credentials: LOCAL_CREDENTIALS,
    region: template.identity.region,
    requireIam: options.requireIam ?? false,
    throttle: options.throttle ?? true,
  })
}

interface PollingInput {
  readonly lambda: LambdaService
  readonly cloud: Cloud
  readonly clients: CloudClients
  readonly stops: Stop[]
}

function startPolling(template: TemplateStack, input: PollingInput): void {
  for (const source of eventSources(template, (name) => input.lambda.find(name).maxConcurrency)) {
    const poller = startSqsPoller(source, {
      client: input.clients.sqs,
      sqsEndpoint: input.cloud.endpoints.sqs,
      region: template.identity.region,
      invoke: (functionName, event) => input.lambda.invoke(functionName, event),
    })
    input.stops.push(() => poller.stop())
  }
}

/** Waits for both, then fails with the first failure if there was one. */
async function bothSettled<A, B>(first: Promise<A>, second: Promise<B>): Promise<readonly [A, B]> {
  await Promise.allSettled([first, second])
  return Promise.all([first, second])
}
