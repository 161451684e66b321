/** What has to be known of a stack, local or deployed, before anything can be done with it. */
import type { StackDescription, StackResources, WechatSecrets } from '#local/stack-description.ts'
import type { ClientOptions } from '#shared/aws/clients.ts'

export interface KnownStack
  extends Pick<StackResources, 'tables' | 'buckets'>, Pick<StackDescription, 'api_url' | 'region'> {
  readonly name: string
  /** URLs. */
  readonly queues: Pick<StackResources['queues'], 'facts' | 'facts_dead_letter'>
  /** Of a stack that takes payments of WeChat Pay. A stack has this, or `alipay`, or both. */
  readonly wechat?: WechatOfStack
  readonly alipay?: AlipayOfStack
  /** How many functions at once the stage is made for; absent on this machine. */
  readonly accountConcurrency?: number
  /** Names of functions that commands invoke, with what is live of them. */
  readonly functions: { readonly reconcile: string }
  /** Of all functions. */
  readonly functionNames: readonly string[]
  /** Present when the stack runs on this machine. */
  readonly local?: LocalLevers
}

export interface WechatOfStack {
  readonly mchid: string
  /** WeChat's two domains as the functions call them. */
  readonly wechatUrls: readonly [primary: string, backup: string]
  /** Where WeChat sends payment notifications. */
  readonly notifyUrl: string
  readonly secrets: WechatSecrets
  /** The queue by which rotate-certs is asked. */
  readonly keyRefreshUrl: string
}

export interface AlipayOfStack {
  readonly appId: string
  readonly gatewayUrl: string
  /** Where Alipay sends notifications; every order carries it. */
  readonly notifyUrl: string
  /** ARNs. */
  readonly secrets: { readonly signing: string; readonly keys: string }
}

/** What only a stack on this machine has. */
export interface LocalLevers {
  readonly stackControlUrl: string
  /** The simulator's control API; absent when the stack runs without one. */
  readonly simulatorControlUrl?: string
  readonly appid: string
  /** Where its events come from. */
  readonly topicArn: string
  readonly snsEndpoint: string
  /** A file for each function. */
  readonly logsDirectory: string
}

/** What differs between the clients of the two kinds of stack. */
export interface Connection {
  readonly stack: KnownStack
  readonly options: ClientOptions
  readonly endpoints: Partial<StackDescription['endpoints']>
}
