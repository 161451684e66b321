/** What has to be known of a stack before anything can be done with it. */
import * as v from 'valibot'
import type { ClientOptions } from '#shared/aws/clients.ts'

/** What has to be known of a stack; the names of the fields are those of `.local/stack.json`. */
export const StackFacts = v.object({
  api_url: v.string(),
  region: v.string(),
  mchid: v.string(),
  tables: v.object({ orders: v.string(), facts: v.string() }),
  queues: v.object({ facts: v.string(), facts_dead_letter: v.string(), key_refresh: v.string() }),
  secrets: v.object({ merchant_signing: v.string(), apiv3_key: v.string(), platform_keys: v.string() }),
})

export interface StackDescription extends v.InferOutput<typeof StackFacts> {
  readonly name: string
  /** WeChat's two domains as the functions call them. */
  readonly wechatUrls: readonly [primary: string, backup: string]
  /** Where WeChat sends payment notifications. */
  readonly notifyUrl: string
  /** Present when the stack runs on this machine. */
  readonly local?: LocalLevers
}

/** What only a stack on this machine has. */
export interface LocalLevers {
  readonly stackControlUrl: string
  /** The simulator's control API; absent when the stack runs without one. */
  readonly simulatorControlUrl?: string
  readonly appid: string
}

/** What differs between the clients of the two kinds of stack. */
export interface Connection {
  readonly description: StackDescription
  readonly options: ClientOptions
  readonly endpoints: { readonly dynamodb?: string; readonly sqs?: string; readonly secretsmanager?: string }
}
