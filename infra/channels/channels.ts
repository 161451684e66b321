/** The table of payment channels that a stage may have. To add one, add it here: everything else loops over it. */
import type * as v from 'valibot'
import { CHANNEL_OF } from '#shared/operations.ts'
import type { Operation } from '#shared/operations.ts'
import { ALIPAY, ALIPAY_EXISTING, ALIPAY_SETTINGS } from './alipay.ts'
import type { Acknowledgement, ChannelSecret, OperationSettings } from './channel.ts'
import { WECHAT, WECHAT_EXISTING, WECHAT_SETTINGS } from './wechat.ts'

/** In the order that what they add has in a template: who adds a channel moves nothing of those before it. */
const CHANNELS = { wechat: WECHAT, alipay: ALIPAY } as const

type Table = typeof CHANNELS
export type ChannelName = keyof Table

/** Every channel that there is. */
const CHANNEL_NAMES = ['wechat', 'alipay'] as const satisfies readonly ChannelName[]

/** Settings of a stage that are about one channel. */
export const CHANNEL_SETTINGS = { ...WECHAT_SETTINGS, ...ALIPAY_SETTINGS }
export type ChannelSettings = v.InferOutput<v.ObjectSchema<typeof CHANNEL_SETTINGS, undefined>>

/** Secrets of the channels that are there already, by their ARN. */
export const CHANNEL_EXISTING = { ...WECHAT_EXISTING, ...ALIPAY_EXISTING }

/** The operations that no stage without their channel has. */
export const CHANNEL_FUNCTIONS: Readonly<Record<keyof typeof CHANNEL_OF, OperationSettings>> = {
  ...WECHAT.functions,
  ...ALIPAY.functions,
}

export type SecretName = Table[ChannelName]['secrets'][number]['name']
/** The setting and the prop of a secret that is there already. */
export type SecretProp = `${SecretName}Secret`

/** Those that the settings of a stage ask for. */
export function channelsOf(settings: ChannelSettings): readonly ChannelName[] {
  return CHANNEL_NAMES.filter((name) => CHANNELS[name].isIn(settings))
}

/** Every set of channels that a stage may have. */
export const CHANNEL_SETS: ReadonlyArray<readonly ChannelName[]> = [
  ['wechat'],
  ['alipay'],
  ['wechat', 'alipay'],
]

/** What the folder of the bundles of such a stage is called. */
export function bundleFolder(channels: readonly ChannelName[]): string {
  return ['functions', ...channels].join('-')
}

interface Compared {
  /** Settings of a stage that says as little as it can. */
  readonly defaults: object
  /** What exists already, by its setting or prop. */
  readonly existing: object
  /** Before those names. */
  readonly prefix: string
}

/** @returns one sentence for each thing that is wrong with the channels of a stage. */
export function channelProblems(settings: ChannelSettings, compared: Compared): readonly string[] {
  const asked = CHANNEL_NAMES.map((name) => CHANNELS[name].asked).join(', or ')
  const own = channelsOf(settings)
  if (own.length === 0) return [`${asked}, must be given: at least one payment channel`]
  const missing = CHANNEL_NAMES.filter((name) => !own.includes(name))
  return [
    ...own.flatMap((name) => CHANNELS[name].problems(settings)),
    ...missing.flatMap((name) => strayOf(name, settings, compared)),
  ]
}

/** What says nothing without its channel. */
function strayOf(
  channel: ChannelName,
  settings: ChannelSettings,
  { defaults, existing, prefix }: Compared,
): readonly string[] {
  const { only, queues, asked, label } = CHANNELS[channel]
  const said = only.filter((path) => textAt(settings, path) !== textAt(defaults, path))
  const known = [...secretsOf(channel).each.map(({ name }) => propOf(name)), ...queues]
  const there = known.filter((name) => valueAt(existing, [name]) !== undefined)
  return [...said, ...there.map((name) => prefix + name)].map(
    (path) => `${path} must not be given without ${asked}: only ${label} has it`,
  )
}

function textAt(settings: object, path: string): string | undefined {
  return JSON.stringify(valueAt(settings, path.split('.')))
}

function valueAt(value: unknown, [name, ...rest]: readonly string[]): unknown {
  if (name === undefined) return value
  if (typeof value !== 'object' || value === null) return undefined
  return valueAt(new Map(Object.entries(value)).get(name), rest)
}

/** @returns undefined for an operation of every stage */
export function channelOf(operation: Operation): ChannelName | undefined {
  const channels: Readonly<Partial<Record<Operation, ChannelName>>> = CHANNEL_OF
  return channels[operation]
}

/** What they are called together, as in `WeChat Pay and Alipay`. */
export function labelOf(channels: readonly ChannelName[]): string {
  return channels.map((name) => CHANNELS[name].label).join(' and ')
}

/** Who tells what is told, as in `WeChat or Alipay`. */
export function tellerOf(channels: readonly ChannelName[]): string {
  return channels.map((name) => CHANNELS[name].name).join(' or ')
}

/** Who takes the notifications of these channels. */
export function notifiersOf(channels: readonly ChannelName[]): readonly Operation[] {
  return channels.map((name) => CHANNELS[name].notifier)
}

/** Where the first of these channels sends notifications of payments. */
export function notifyPathOf([first = 'wechat']: readonly ChannelName[]): string {
  return CHANNELS[first].notifyPath
}

/** The operation whose new version is tried before a release, if there is one. */
export function checkedOf(channels: readonly ChannelName[]): Operation | undefined {
  return channels.map((name) => CHANNELS[name].checked).find((operation) => operation !== undefined)
}

export function callersOf(channel: ChannelName): readonly Operation[] {
  return CHANNELS[channel].callers
}

/** What the secrets of a channel are made by. */
export function secretsOf(channel: ChannelName): {
  readonly label: string
  readonly id: string
  readonly each: ReadonlyArray<ChannelSecret<SecretName>>
} {
  const { label, secretsId: id, secrets: each } = CHANNELS[channel]
  return { label, id, each }
}

/** Every secret of every channel. */
export const SECRET_NAMES: readonly SecretName[] = CHANNEL_NAMES.flatMap((channel) =>
  secretsOf(channel).each.map(({ name }) => name),
)

export function propOf<Name extends SecretName>(name: Name): `${Name}Secret` {
  return `${name}Secret`
}

/** Something for each secret. */
export type BySecret<Made> = Readonly<Partial<Record<SecretName, Made>>>

interface Told {
  readonly settings: ChannelSettings
  readonly secretArn: (name: SecretName) => string
}

/** What the channels tell a function beside what the table of operations says. */
export function channelEnvironment(operation: Operation, told: Told): Readonly<Record<string, string>> {
  return together(channelsOf(told.settings).map((name) => CHANNELS[name].environmentOf(operation, told)))
}

export function channelOutputs(
  settings: ChannelSettings,
  notifyBaseUrl: string,
): Readonly<Record<string, string>> {
  return together(channelsOf(settings).map((name) => CHANNELS[name].outputs(settings, notifyBaseUrl)))
}

/** What bundles of a stage with these channels hold in place of the code of others. */
export function replacedWithout(channels: readonly ChannelName[]): Readonly<Record<string, string>> {
  const missing = CHANNEL_NAMES.filter((name) => !channels.includes(name))
  return together(missing.map((name) => CHANNELS[name].replaced))
}

export const CHANNEL_ACKNOWLEDGEMENTS: readonly Acknowledgement[] = CHANNEL_NAMES.flatMap(
  (name): readonly Acknowledgement[] => CHANNELS[name].acknowledgements,
)

function together(each: ReadonlyArray<Readonly<Record<string, string>>>): Readonly<Record<string, string>> {
  return Object.fromEntries(each.flatMap((one) => Object.entries(one)))
}
