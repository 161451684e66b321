/** The deployed system as the steps meet it: the emulator, the simulator, and who calls and listens. */
import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation'
import { createRequestSigner } from '#shared/aws/request-signer.ts'
import type { Simulator } from '#simulator/simulator.ts'
import { credentials } from './clients.ts'
import type { Clients } from './clients.ts'
import type { Command } from './command.ts'
import { REGION, STACK } from './command.ts'
import type { Road } from './road.ts'
import type { Subscriber } from './subscriber.ts'

export interface Scene {
  readonly command: Command
  readonly simulator: Simulator
  readonly keysFolder: string
  readonly scratch: string
  readonly road: Road
  readonly broken: boolean
  readonly clients: Clients
  /** What each step leaves for the ones after it. */
  readonly kept: Kept
}

export interface Kept {
  outputs: ReadonlyMap<string, string>
  subscriber: Subscriber | undefined
}

export async function outputsOf({ cloudformation }: Clients): Promise<ReadonlyMap<string, string>> {
  const { Stacks: [stack] = [] } = await cloudformation.send(new DescribeStacksCommand({ StackName: STACK }))
  return new Map((stack?.Outputs ?? []).map(({ OutputKey: k = '', OutputValue: value = '' }) => [k, value]))
}

/** An output of the stack. @throws Error when it has none of this name. */
export function output({ kept }: Scene, name: string): string {
  const value = kept.outputs.get(name)
  if (value === undefined) throw new Error(`the stack has no output ${name}`)
  return value
}

/** A call of the merchant's, signed for IAM; it goes by the road, which names the API's own host. */
export async function callApi(scene: Scene, path: string, body: object): Promise<unknown> {
  const sign = createRequestSigner({ region: REGION, credentials })
  const text = JSON.stringify(body)
  const { host: _host, ...headers } = await sign({
    service: 'execute-api',
    method: 'POST',
    url: new URL(output(scene, 'ApiUrl') + path),
    headers: { 'content-type': 'application/json' },
    body: text,
  })
  const answer = await fetch(scene.road.url + path, { method: 'POST', headers, body: text })
  const said = await answer.text()
  if (!answer.ok) throw new Error(`POST ${path} was answered with ${answer.status}: ${said}`)
  return JSON.parse(said)
}

/** @throws Error saying what was expected. */
export function expectThat(held: boolean, expectation: string): asserts held {
  if (!held) throw new Error(`expected ${expectation}`)
}
