/** `npm start`: the stack that CDK synthesizes, up on this machine until Ctrl-C. */
import { dirname, join, relative } from 'node:path'
import { operatorVariables } from './cloud/service-endpoints.ts'
import { curlExamples } from './curl-examples.ts'
import { LocalError } from './local-error.ts'
import { readStartOptions, START_HELP, type StartOptions } from './start-options.ts'
import { hasWechat, type StackDescription } from './stack-description.ts'
import type { LocalStack } from './stack-options.ts'
import { startStack } from './stack.ts'
import { openLocalDesk } from '#console/desk/local-desk.ts'
import type { ConsoleServer } from '#console/server/server.ts'
import { PortError } from '#simulator/listen.ts'
import { startSimulator } from '#simulator/simulator.ts'
import { isUsageError, USAGE_EXIT_CODE } from '#simulator/usage-error.ts'

/** WeChat takes minutes; someone trying a command would not. */
const REFUND_DELAY_MS = 5000

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

async function main(): Promise<void> {
  const options = readStartOptions(process.argv.slice(2))
  if (options === undefined) {
    process.stdout.write(START_HELP)
    return
  }
  let interrupted = false
  const starting = startAll(options)
  const interrupt = () => {
    if (interrupted) process.exit(130)
    interrupted = true
    say('stopping; Ctrl-C once more forces it')
    starting.then(stop, () => say('stopped'))
  }
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt)
  try {
    const { stack, desk } = await starting
    if (!interrupted) say(describe(stack, { ...options, consoleUrl: desk.url }))
  } catch (error) {
    // What an interrupted start fails with is of no interest.
    if (!interrupted) throw error
  }
}

interface Started {
  readonly stack: LocalStack
  readonly desk: ConsoleServer
}

async function startAll({ consolePort, ...options }: StartOptions): Promise<Started> {
  const stack = await start(options)
  try {
    return { stack, desk: await openLocalDesk({ stateDir: options.stateDir, port: consolePort }) }
  } catch (error) {
    await stack.stop()
    throw error
  }
}

function start({
  simulatorPort,
  backupPort,
  controlPort,
  alipayPort,
  ...options
}: Omit<StartOptions, 'consolePort'>): Promise<LocalStack> {
  return startStack({
    ...options,
    environment: process.env,
    onProgress: say,
    simulator: ({ alipay, ...merchant }) =>
      startSimulator({
        ...merchant,
        ...(alipay && { alipay: { ...alipay, port: alipayPort } }),
        port: simulatorPort,
        backupPort,
        controlPort,
        refundDelayMs: REFUND_DELAY_MS,
      }),
  })
}

async function stop({ stack, desk }: Started): Promise<void> {
  try {
    await desk.stop()
    await stack.stop()
    say('stopped')
  } catch (error) {
    fail(error)
  }
}

interface Shown extends Pick<StartOptions, 'requireIam'> {
  readonly consoleUrl: string
}

function describe({ description, stackFile, differences }: LocalStack, options: Shown): string {
  const file = relative(process.cwd(), stackFile)
  const examples = curlExamples(description, { sign: options.requireIam }).map(
    ({ title, command }) => `# ${title}\n${command}`,
  )
  return `
  HTTP API           ${description.api_url}
${wechatLine(description)}${alipayLine(description)}  simulator control  ${description.control_url}/_control/
  console            ${options.consoleUrl}   in a browser: orders, holds, health, the wire, faults
${payerLine(description)}  stack control      ${description.stack_control_url}   POST /fire/<function>, /kill/<function>
  names and keys     ${file}: tables, queues, topic, secrets and the merchant's keys, for programs
  events             npx wxpay listen --forward-to <url of yours>
  logs               ${join(dirname(file), 'logs')}/<function>.log

  for the aws command line, and for a program with any AWS SDK:
${exportLines(description).join('\n')}

${differences.map((difference) => `  note: ${difference}`).join('\n')}

${examples.join('\n\n')}

Ctrl-C stops everything.`
}

function wechatLine(stack: StackDescription): string {
  if (!hasWechat(stack)) return ''
  return `  WeChat simulator   ${stack.simulator_url}   backup ${stack.simulator_backup_url}\n`
}

function payerLine(stack: StackDescription): string {
  if (!hasWechat(stack)) return ''
  return `  payer's page       ${stack.payer_url}   in a browser: pay an order, or give it up\n`
}

function alipayLine({ alipay_gateway_url: url, alipay_app_id: app }: StackDescription): string {
  return url === undefined ? '' : `  Alipay simulator   ${url}   app ${app}\n`
}

function exportLines({ region, credentials, endpoints }: StackDescription): readonly string[] {
  const { access_key_id: accessKeyId, secret_access_key: secretAccessKey } = credentials
  const variables = operatorVariables({ region, endpoints, credentials: { accessKeyId, secretAccessKey } })
  return Object.entries(variables).map(([name, value]) => `  export ${name}=${value}`)
}

function fail(error: unknown): void {
  const usage = isUsageError(error)
  if (usage || error instanceof PortError) {
    process.stderr.write(`${error.message}; npm start -- --help lists the options\n`)
  } else {
    process.stderr.write(`${error instanceof LocalError ? error.message : describeUnexpected(error)}\n`)
  }
  process.exitCode = usage ? USAGE_EXIT_CODE : 1
}

function describeUnexpected(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

try {
  await main()
} catch (error) {
  fail(error)
}
