/** The operations that the stack deploys, one Lambda function each, with the size and time of each. */
import { CHANNEL_FUNCTIONS, channelOf, checkedOf } from '#infra/channels/channels.ts'
import type { ChannelName } from '#infra/channels/channels.ts'
import type { OperationSettings } from '#infra/channels/channel.ts'
import { OPERATION_TABLE } from '#shared/operations.ts'
import type { Operation } from '#shared/operations.ts'
import { API_TIMEOUT_MS, RECONCILE_TIMEOUT_MS, SWEEP_TIMEOUT_MS } from '#shared/time-limits.ts'

const ALL: readonly Operation[] = Object.keys(OPERATION_TABLE).filter((name) => isOperation(name))

/** Those of every stage and of its channels; those of a second channel come last, so that adding it moves none of the others. */
export function operationsOf(channels: readonly ChannelName[]): readonly Operation[] {
  const [, ...further] = channels
  const isOf = (some: readonly ChannelName[]) => (operation: Operation) => {
    const channel = channelOf(operation)
    return channel !== undefined && some.includes(channel)
  }
  const own = ALL.filter((operation) => channelOf(operation) === undefined || isOf(channels)(operation))
  return [...own.filter((operation) => !isOf(further)(operation)), ...own.filter(isOf(further))]
}

/** Those of a stage with WeChat Pay alone. */
export const OPERATIONS: readonly Operation[] = operationsOf(['wechat'])

/** The function that CodeDeploy asks before a new version of notify gets its first call; no operation of the system. */
export const RELEASE_CHECK = 'check-release'

/** Everything that is bundled. */
export type BundleName = Operation | typeof RELEASE_CHECK
export const BUNDLE_NAMES: readonly BundleName[] = bundleNames(['wechat'])

export function bundleNames(channels: readonly ChannelName[]): readonly BundleName[] {
  return checkedOf(channels) === undefined
    ? operationsOf(channels)
    : [...operationsOf(channels), RELEASE_CHECK]
}

export const OPERATION_SETTINGS: Readonly<Record<Operation, OperationSettings>> = {
  ...CHANNEL_FUNCTIONS,
  prepay: {
    description: 'Creates a payment and answers what the client needs to pay',
    timeoutMs: API_TIMEOUT_MS,
    // Most of its time it waits for WeChat: with twice as much it costs three quarters more, and is sooner by some 30 ms.
    memoryMb: 256,
  },
  query: {
    description: 'Answers an order, asking who takes the money while it is not final',
    timeoutMs: API_TIMEOUT_MS,
    memoryMb: 512,
  },
  list: {
    description: 'Lists orders and refunds by state, hold and day',
    timeoutMs: API_TIMEOUT_MS,
    memoryMb: 256,
  },
  close: {
    description: 'Closes an unpaid order, and unfreezes what profit sharing keeps back of a paid one',
    timeoutMs: API_TIMEOUT_MS,
    // Most of its time it waits for an answer.
    memoryMb: 256,
  },
  refund: {
    description: 'Creates and answers refunds',
    timeoutMs: API_TIMEOUT_MS,
    // Most of its time it waits for an answer, and no payer waits for it.
    memoryMb: 256,
  },
  hold: {
    description: 'Holds an order for a person, and releases what was held',
    timeoutMs: API_TIMEOUT_MS,
    memoryMb: 256,
  },
  settle: {
    description: 'Applies facts to their orders and publishes events',
    // Short, for a batch whose function died comes back after `hiddenMs` of it.
    timeoutMs: 15_000,
    memoryMb: 512,
  },
  sweep: {
    description: 'Drives whatever stopped half-way',
    timeoutMs: SWEEP_TIMEOUT_MS,
    memoryMb: 512,
  },
  reconcile: {
    description: 'Compares a day with its bills, and brings the books to them',
    timeoutMs: RECONCILE_TIMEOUT_MS,
    memoryMb: 512,
  },
}

/** AWS's advice for queues that Lambda reads: room for the retries of a throttled batch. */
const HIDDEN_PER_TIMEOUT = 6
/** A FIFO queue hands out nothing while a message of its group is hidden: after a failure the next try has to come soon. */
const FIFO_SPARE_MS = 10_000

/** How long a queue hides a message that the function of this operation has taken. */
export function hiddenMs(operation: 'settle' | 'rotate-certs'): number {
  const { timeoutMs } = OPERATION_SETTINGS[operation]
  return operation === 'settle' ? HIDDEN_PER_TIMEOUT * timeoutMs : timeoutMs + FIFO_SPARE_MS
}

/** Something for each operation of a stage. */
export type ByOperation<Made> = Readonly<Partial<Record<Operation, Made>>>

/** Makes one of something for each operation. */
export function byOperation<Made>(
  make: (operation: Operation) => Made,
  channels: readonly ChannelName[],
): ByOperation<Made> {
  const has = operationsOf(channels)
  const made: Partial<Record<Operation, Made>> = {}
  for (const operation of ALL) if (has.includes(operation)) made[operation] = make(operation)
  return made
}

/** @throws Error where the stage has no such operation */
export function madeFor<Made>(all: ByOperation<Made>, operation: Operation): Made {
  const made = all[operation]
  if (made === undefined) throw new Error(`the stage has no operation ${operation}`)
  return made
}

/** What an operation is called in the template: `rotate-certs` is `RotateCerts`. */
export function idOf(operation: Operation): string {
  return operation.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

/** What every caller calls: a release moves it from one version to the next. */
export const LIVE = 'live'

function isOperation(name: string): name is Operation {
  return Object.hasOwn(OPERATION_TABLE, name)
}
