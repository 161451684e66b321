/**
 * What a payment channel adds to a stage that has it. The rest of `infra` knows channels by this form and by the table in
 * `channels.ts` alone: a stage without a channel has none of it.
 */
import type { Operation } from '#shared/operations.ts'

/** How a function is sized, and what it says of itself. */
export interface OperationSettings {
  readonly description: string
  readonly timeoutMs: number
  readonly memoryMb: number
}

/** A rule of cdk-nag that is broken on purpose. */
export interface Acknowledgement {
  readonly rule: string
  /** Path of the resource within the payment system. */
  readonly at: RegExp
  readonly reason: string
}

/** Why a function behind the HTTP API has no queue for what it could not do. */
export const ANSWERED_AT_ONCE =
  'Invoked by API Gateway and answered at once: there is no event that could get lost.'

/** An empty shell: the operator fills it. `<name>Secret` is the prop and the setting of one that is there already. */
export interface ChannelSecret<Name extends string> {
  readonly name: Name
  /** What it is called below `secretsId`. */
  readonly id: string
  /** What it holds. */
  readonly holds: string
}

/** What is known of a stage when its functions and outputs are made. */
export interface Told<Settings, Secret extends string> {
  readonly settings: Settings
  readonly secretArn: (name: Secret) => string
}

export interface Channel<Settings, Secret extends string> {
  /** What its product is called, and what is said to speak when it tells something. */
  readonly label: string
  readonly name: string
  /** The settings that ask for it. */
  readonly asked: string
  readonly isIn: (settings: Settings) => boolean
  /** What is wrong with its own settings: one sentence each. */
  readonly problems: (settings: Settings) => readonly string[]
  /** Settings that say nothing in a stage without it, beside its secrets. */
  readonly only: readonly string[]
  /** Queues that no stage without it has, by their setting and prop. */
  readonly queues: readonly string[]
  /** Takes its notifications. */
  readonly notifier: Operation
  /** Whose new version is tried with a notification before a release. @default alarms alone turn its releases back */
  readonly checked: Operation | undefined
  /** Functions that no stage without it has. */
  readonly functions: Readonly<Partial<Record<Operation, OperationSettings>>>
  /** What its secrets stand in: CloudFormation knows them by it, so it stays. */
  readonly secretsId: string
  readonly secrets: ReadonlyArray<ChannelSecret<Secret>>
  /** Who reads all of its secrets, beside those who need one in the table of operations. */
  readonly callers: readonly Operation[]
  /** What it tells a function beside what the table of operations says. */
  readonly environmentOf: (
    operation: Operation,
    told: Told<Settings, Secret>,
  ) => Readonly<Record<string, string>>
  /** Where it sends notifications of payments. */
  readonly notifyPath: string
  /** Names that the command line reads, beside the ARNs of its secrets. */
  readonly outputs: (settings: Settings, notifyBaseUrl: string) => Readonly<Record<string, string>>
  /** Modules that bundles of a stage without it hold others in place of, as paths from the root. */
  readonly replaced: Readonly<Record<string, string>>
  readonly acknowledgements: readonly Acknowledgement[]
}
