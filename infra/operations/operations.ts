/** The operations that the stack deploys, one Lambda function each, with the size and time of each. */
import { OPERATION_TABLE } from '#shared/operations.ts'
import type { Operation, StandingOperation } from '#shared/operations.ts'
import {
  API_TIMEOUT_MS,
  NOTIFY_TIMEOUT_MS,
  RECONCILE_TIMEOUT_MS,
  SWEEP_TIMEOUT_MS,
} from '#shared/time-limits.ts'

/** Those of every stage. */
export const OPERATIONS: readonly StandingOperation[] = Object.keys(OPERATION_TABLE).filter(isStanding)

/** With those that the channels of a stage add. */
export function operationsOf({ alipay }: { readonly alipay?: object | undefined }): readonly Operation[] {
  return alipay === undefined ? OPERATIONS : [...OPERATIONS, 'notify-alipay']
}

/** The function that CodeDeploy asks before a new version of notify gets its first call; no operation of the system. */
export const RELEASE_CHECK = 'check-release'

/** Everything that is bundled. */
export type BundleName = Operation | typeof RELEASE_CHECK
export const BUNDLE_NAMES: readonly BundleName[] = bundleNames({})

export function bundleNames(stage: { readonly alipay?: object | undefined }): readonly BundleName[] {
  return [...operationsOf(stage), RELEASE_CHECK]
}

export interface OperationSettings {
  readonly description: string
  readonly timeoutMs: number
  readonly memoryMb: number
}

export const OPERATION_SETTINGS: Readonly<Record<Operation, OperationSettings>> = {
  prepay: {
    description: 'Creates a payment at WeChat and answers what the client needs to pay',
    timeoutMs: API_TIMEOUT_MS,
    memoryMb: 512,
  },
  query: {
    description: 'Answers an order, asking WeChat while it is not final',
    timeoutMs: API_TIMEOUT_MS,
    memoryMb: 512,
  },
  list: {
    description: 'Lists orders and refunds by state, hold and day',
    timeoutMs: API_TIMEOUT_MS,
    memoryMb: 256,
  },
  close: {
    description:
      'Closes an unpaid order at WeChat, and unfreezes what profit sharing keeps back of a paid one',
    timeoutMs: API_TIMEOUT_MS,
    // Most of its time it waits for WeChat.
    memoryMb: 256,
  },
  refund: {
    description: 'Creates and answers refunds',
    timeoutMs: API_TIMEOUT_MS,
    // Most of its time it waits for WeChat, and no payer waits for it.
    memoryMb: 256,
  },
  hold: {
    description: 'Holds an order for a person, and releases what was held',
    timeoutMs: API_TIMEOUT_MS,
    memoryMb: 256,
  },
  notify: {
    description: 'Verifies notifications of WeChat and stores them as facts',
    timeoutMs: NOTIFY_TIMEOUT_MS,
    memoryMb: 512,
  },
  'notify-v2': {
    description: 'Takes refund notices of the merchant platform, and asks WeChat for what they name',
    timeoutMs: NOTIFY_TIMEOUT_MS,
    memoryMb: 512,
  },
  'notify-alipay': {
    description: 'Verifies notifications of Alipay and stores them as facts',
    timeoutMs: NOTIFY_TIMEOUT_MS,
    memoryMb: 512,
  },
  settle: {
    description: 'Applies facts to their orders and publishes events',
    // Short, for a batch whose function died comes back after `hiddenMs` of it.
    timeoutMs: 15_000,
    memoryMb: 512,
  },
  'rotate-certs': {
    description: 'Refreshes the platform keys of WeChat',
    timeoutMs: 60_000,
    memoryMb: 256,
  },
  sweep: {
    description: 'Drives whatever stopped half-way',
    timeoutMs: SWEEP_TIMEOUT_MS,
    memoryMb: 512,
  },
  reconcile: {
    description: "Compares a day with WeChat's bills, and brings the books to them",
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
export type ByOperation<Made> = Readonly<Record<StandingOperation, Made>> & {
  readonly [Name in Exclude<Operation, StandingOperation>]?: Made
}

/** Makes one of something for each operation. */
export function byOperation<Made>(
  make: (operation: Operation) => Made,
  stage: { readonly alipay?: object | undefined } = {},
): ByOperation<Made> {
  return {
    prepay: make('prepay'),
    query: make('query'),
    list: make('list'),
    close: make('close'),
    refund: make('refund'),
    hold: make('hold'),
    notify: make('notify'),
    'notify-v2': make('notify-v2'),
    ...(stage.alipay === undefined ? {} : { 'notify-alipay': make('notify-alipay') }),
    settle: make('settle'),
    'rotate-certs': make('rotate-certs'),
    sweep: make('sweep'),
    reconcile: make('reconcile'),
  }
}

/** What an operation is called in the template: `rotate-certs` is `RotateCerts`. */
export function idOf(operation: Operation): string {
  return operation.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

/** What every caller calls: a release moves it from one version to the next. */
export const LIVE = 'live'

function isStanding(name: string): name is StandingOperation {
  return Object.hasOwn(OPERATION_TABLE, name) && name !== 'notify-alipay'
}
