/** What a simulator can be told when it starts. */
import type { Clock } from '#shared/clock.ts'
import type { GuestOptions } from './guests.ts'
import type { KeyMode } from './keys.ts'
import type { Attempt, Delivery } from './notifier.ts'
import type { LoggedRequest } from './request-log.ts'
import type { SimulatorState } from './state.ts'

export interface SimulatorOptions extends GuestOptions {
  readonly mchid: string
  /** The appids bound to the merchant. */
  readonly appids: readonly string[]
  /** Ports; 0, the default, takes any free one. */
  readonly port?: number
  readonly backupPort?: number
  readonly controlPort?: number
  /** Address that both domains and the proxy listen on. Default 127.0.0.1; `0.0.0.0` lets other machines and containers in. */
  readonly host?: string
  /** The same for the control API, which hands out private keys. Default 127.0.0.1, and the domains lead to it from this machine only. */
  readonly controlHost?: string
  /** Serves both domains over HTTPS. Default false. */
  readonly https?: boolean
  /** Port of a forward proxy that leads to WeChat's domains; 0 takes any free one. Default: none. */
  readonly proxyPort?: number
  /** Names and addresses of this machine that the HTTPS certificate has to hold as well. */
  readonly tlsNames?: readonly string[]
  /** Hosts other than this machine that notifications may be sent to. */
  readonly notifyHosts?: readonly string[]
  /** Default: the machine's clock. */
  readonly clock?: Clock
  /** `manual`: retries and refunds happen only by `advance`. Default `real`. */
  readonly timers?: 'real' | 'manual'
  /** Divides every wait of WeChat's schedules. Default 1. */
  readonly timeScale?: number
  /** WeChat's time until a refund settles; `manual`: only by command. Default 5 minutes. */
  readonly refundDelayMs?: number | 'manual'
  /** Least time between two refunds of an order. Default 0; WeChat's rule is one minute. */
  readonly refundSpacingMs?: number
  /** Default `certificate`. */
  readonly mode?: KeyMode
  /** Share of notifications signed by the public key in mode `mixed`. Default 0.5. */
  readonly publicKeyShare?: number
  /** Issues certificates of SM2 as well, and notifies in SM2 and SM4. Default false; a control route does the same later. */
  readonly sm2?: boolean
  /** Enforces 150 good and 6 failing calls a second. Default false. */
  readonly rateLimits?: boolean
  /** Time that a notified server has to answer, never scaled. Default 5000. */
  readonly notifyTimeoutMs?: number
  /** A merchant API certificate of the caller's own; one is issued otherwise. */
  readonly merchantCertificatePem?: string
  /** Its private key, only to be handed out again by the control API. */
  readonly merchantPrivateKeyPem?: string
  /** 32 characters; generated otherwise. */
  readonly apiv3Key?: string
  /** Numbers in [0, 1). Default Math.random. */
  readonly random?: () => number
  /** What an earlier run knew, to go on with. */
  readonly state?: SimulatorState
  /** Called when something may have changed that belongs to the state. */
  readonly onChange?: () => void
  /** Called when a request is over. */
  readonly onRequest?: (entry: LoggedRequest) => void
  /** Called after each attempt to deliver a notification. */
  readonly onAttempt?: (delivery: Delivery, attempt: Attempt) => void
}
