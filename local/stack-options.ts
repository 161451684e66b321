/** How a local stack is started, and what comes of it. */
import type { AlipayApp } from './alipay.ts'
import type { Cloud, CloudClients } from './cloud/cloud.ts'
import type { BodyEncoding } from './gateway/request-body.ts'
import type { FunctionLogs } from './lambda/function-logs.ts'
import type { InvokeResult } from './lambda/invoke-result.ts'
import type { LambdaService } from './lambda/lambda-service.ts'
import type { StackDescription } from './stack-description.ts'
import type { Simulator } from '#simulator/simulator.ts'

/** Who the template is for; the simulator is WeChat Pay in any case, of nobody where the stage has none. */
export interface Merchant {
  readonly mchid: string
  readonly appids: readonly string[]
  /** Present when the stage has Alipay. */
  readonly alipay?: AlipayApp
}

export interface StackOptions {
  /** Starts the simulator that stands for WeChat; `none` runs without. @default `startSimulator` on free ports */
  readonly simulator?: ((merchant: Merchant) => Promise<Simulator>) | 'none'
  /** The stage to synthesize, as in `-c stage=…`. @default dev */
  readonly stageName?: string
  /** Gives Alipay to a stage that has none of its own. One that has it runs with it in any case. @default false */
  readonly withAlipay?: boolean
  /** Whether a stage keeps the WeChat Pay that it has. @default true */
  readonly withWechat?: boolean
  /** Settings for a stage that does not have them itself. @default none */
  readonly settings?: Readonly<Record<string, unknown>>
  /** A cloud assembly that exists already, instead of synthesizing one. */
  readonly assembly?: string
  /** Where `stack.json` and logs go. @default `.local` of the working directory */
  readonly stateDir?: string
  /** @default 0, any free port */
  readonly apiPort?: number
  /** Whether schedules fire by themselves. `fire` works either way. @default true */
  readonly schedules?: boolean
  /** Divides the visibility time-outs of queues and the delays of asynchronous retries. @default 6 */
  readonly timeScale?: number
  /** Whether routes behind IAM ask for a signature with the local credentials. @default false */
  readonly requireIam?: boolean
  /** Whether the throttling limits of the template are kept. @default true */
  readonly throttle?: boolean
  /** How bodies reach functions. @default auto */
  readonly bodyEncoding?: BodyEncoding
  /** Processes of one function at once, where the template sets no reserved concurrency. @default 4 */
  readonly concurrency?: number
  /** Further values for variables that functions have in the template. */
  readonly variables?: Readonly<Record<string, string>>
  /** Values for template parameters. */
  readonly parameters?: Readonly<Record<string, string>>
  /** Fills the secrets with the simulator's keys. @default true */
  readonly fillSecrets?: boolean
  /** What the CDK app's process gets from this one; a program that may read it passes `process.env`. @default nothing */
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** Told of each step when it is done, and of one that takes long while it does. */
  readonly onProgress?: (line: string) => void
}

export interface LocalStack {
  /** The content of `stack.json`. */
  readonly description: StackDescription
  readonly stackFile: string
  /** The cloud assembly that it runs. */
  readonly assembly: string
  /** The HTTP API, without a final slash. */
  readonly apiUrl: string
  /** undefined with `simulator: 'none'`. */
  readonly simulator: Simulator | undefined
  /** Clients of the real AWS SDK for the local services. */
  readonly clients: CloudClients
  /** Services with faults on command: `cloud.dynamodb.setFault`, `cloud.secretsManager.setFault`, `cloud.messaging.setQueuesFault`. */
  readonly cloud: Cloud
  readonly lambda: LambdaService
  readonly logs: FunctionLogs
  /** Fires a schedule now, by rule or function (`sweep`), and waits for the outcome of each target. */
  fire(ruleOrFunction: string): Promise<readonly InvokeResult[]>
  /** Kills a function's processes with SIGKILL and gives their ids. */
  kill(functionOrOperation: string): Promise<readonly number[]>
  /** How bodies reach functions from now on. */
  setBodyEncoding(encoding: BodyEncoding): void
  /** What differs from the deployed functions, one sentence each. */
  readonly differences: readonly string[]
  /** Stops everything, in order. May be called again. */
  stop(): Promise<void>
}
