/** The operations that the stack deploys, one Lambda function each, with the size and time of each. */
import { OPERATION_TABLE } from '#shared/operations.ts'
import type { Operation } from '#shared/operations.ts'

export const OPERATIONS: readonly Operation[] = Object.keys(OPERATION_TABLE).filter(isOperation)

/** The function that CodeDeploy asks before a new version of notify gets its first call; no operation of the system. */
export const RELEASE_CHECK = 'check-release'

/** Everything that is bundled. */
export type BundleName = Operation | typeof RELEASE_CHECK
export const BUNDLE_NAMES: readonly BundleName[] = [...OPERATIONS, RELEASE_CHECK]

export interface OperationSettings {
  readonly description: string
  readonly timeoutSeconds: number
  readonly memoryMb: number
}

/** Below the 30 s after which API Gateway stops waiting, so that the function answers first. */
const API_TIMEOUT_SECONDS = 29

export const OPERATION_SETTINGS: Readonly<Record<Operation, OperationSettings>> = {
  prepay: {
    description: 'Creates a payment at WeChat and answers what the client needs to pay',
    timeoutSeconds: API_TIMEOUT_SECONDS,
    memoryMb: 512,
  },
  query: {
    description: 'Answers an order, asking WeChat while it is not final',
    timeoutSeconds: API_TIMEOUT_SECONDS,
    memoryMb: 512,
  },
  close: {
    description: 'Closes an unpaid order at WeChat',
    timeoutSeconds: API_TIMEOUT_SECONDS,
    memoryMb: 512,
  },
  refund: {
    description: 'Creates and answers refunds',
    timeoutSeconds: API_TIMEOUT_SECONDS,
    memoryMb: 512,
  },
  hold: {
    description: 'Holds an order for a person, and releases what was held',
    timeoutSeconds: API_TIMEOUT_SECONDS,
    memoryMb: 256,
  },
  notify: {
    description: 'Verifies notifications of WeChat and stores them as facts',
    timeoutSeconds: 10,
    memoryMb: 512,
  },
  settle: {
    description: 'Applies facts to their orders and publishes events',
    // The queue hides a message for six times this: a batch whose function died comes back after 90 s.
    timeoutSeconds: 15,
    memoryMb: 512,
  },
  'rotate-certs': {
    description: 'Refreshes the platform keys of WeChat',
    timeoutSeconds: 60,
    memoryMb: 256,
  },
  sweep: {
    description: 'Drives whatever stopped half-way',
    // Below the minute after which the next run starts.
    timeoutSeconds: 55,
    memoryMb: 512,
  },
}

/** Makes one of something for each operation. */
export function byOperation<Made>(make: (operation: Operation) => Made): Record<Operation, Made> {
  return {
    prepay: make('prepay'),
    query: make('query'),
    close: make('close'),
    refund: make('refund'),
    hold: make('hold'),
    notify: make('notify'),
    settle: make('settle'),
    'rotate-certs': make('rotate-certs'),
    sweep: make('sweep'),
  }
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
