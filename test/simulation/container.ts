/** A container of a function: what it keeps between two invocations. */
import type { KeyObject } from 'node:crypto'
import type { SQSClient } from '@aws-sdk/client-sqs'
import { createSqsKeyRefresh } from '#shared/aws/sqs-key-refresh.ts'
import { createCachedValue } from '#shared/cached-value.ts'
import type { CachedValue } from '#shared/cached-value.ts'
import type { Logger } from '#shared/log.ts'
import type { OrderForm } from '#shared/order-forms.ts'
import { MAX_STALE_MS, TTL_MS } from '#shared/secrets/secret-source.ts'
import { AWS_CALL_MS } from '#shared/time-limits.ts'
import type { KeyRefresh } from '#shared/wechat/trust/key-refresh.ts'
import type { KeyRing } from '#shared/wechat/trust/key-ring.ts'
import { READ_FAULTS, WRITE_FAULTS } from './faults.ts'
import type { Invocation, Runtime } from './invocation.ts'
import type { Keys } from './keys.ts'
import type { State } from './state.ts'
import { unavailable } from './store-ports.ts'
import { createSweepWire } from './sweep-wire.ts'
import type { SweepWire } from './sweep-wire.ts'

export interface Container {
  readonly form: OrderForm
  readonly wire: SweepWire
  invocation: Invocation | undefined
  readonly keyRing: CachedValue<KeyRing>
  readonly apiV3Keys: CachedValue<readonly KeyObject[]>
  readonly keyRefresh: KeyRefresh
}

export interface ContainerOptions {
  readonly state: State
  readonly keys: Keys
  readonly runtime: Runtime
  readonly clock: { readonly now: () => number }
  readonly logger: Logger
  /** Whether reading secrets is a port call, or they are at hand. */
  readonly secretsFail: boolean
  /** In which a new container writes orders. */
  readonly form: () => OrderForm
  readonly requestRefresh: (deduplicationId: string) => void
}

const AWS_WRITE = { faults: WRITE_FAULTS, error: unavailable, limitMs: AWS_CALL_MS }

/** Something that changes at AWS. */
export function writeTo(
  { runtime }: Pick<ContainerOptions, 'runtime'>,
  invocation: Invocation,
  { label, effect }: { readonly label: string; readonly effect: () => void },
): Promise<void> {
  return runtime.call(invocation, { ...AWS_WRITE, label }, async () => effect())
}

export function readSecret<Value>(
  { secretsFail, runtime }: Pick<ContainerOptions, 'secretsFail' | 'runtime'>,
  container: Container,
  { label, value }: { readonly label: string; readonly value: () => Value },
): Promise<Value> {
  return secretsFail
    ? runtime.call(
        container.invocation!,
        { label: `secrets.get ${label}`, faults: READ_FAULTS, error: unavailable },
        async () => value(),
      )
    : Promise.resolve(value())
}

export function createContainer(options: ContainerOptions): Container {
  const { state, keys, runtime, clock, logger } = options
  const cached = <Value>(label: string, value: () => Value) =>
    createCachedValue({
      load: () => readSecret(options, container, { label, value }),
      clock,
      random: () => 0.5,
      ttlMs: TTL_MS,
      maxStaleMs: MAX_STALE_MS,
      onStale: () => {},
    })
  const send = ({ input }: { input: { MessageDeduplicationId?: string } }) =>
    writeTo(options, container.invocation!, {
      label: 'keyRefresh.request',
      effect: () => options.requestRefresh(input.MessageDeduplicationId ?? ''),
    })
  const container: Container = {
    form: options.form(),
    wire: createSweepWire(state, {
      clock,
      pause: (milliseconds) => runtime.pause(container.invocation!, milliseconds),
    }),
    invocation: undefined,
    keyRing: cached('platform-keys', () => keys.ring(state.secrets.platform.records)),
    apiV3Keys: cached('apiv3-key', () =>
      state.secrets.apiV3.map((generation) => keys.apiV3Keys[generation]!),
    ),
    keyRefresh: createSqsKeyRefresh({
      client: { send } as unknown as SQSClient,
      queueUrl: '',
      clock,
      logger,
    }),
  }
  return container
}
