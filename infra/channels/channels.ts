/** The table of payment channels that a stage may have. To add one, add it here: everything else loops over it. */
import type * as v from 'valibot'
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
type ChannelOperation = { readonly [Name in ChannelName]: keyof Table[Name]['functions'] }[ChannelName]
export const CHANNEL_FUNCTIONS: Readonly<Record<ChannelOperation, OperationSettings>> = {
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
export const CHANNEL_SETS: ReadonlyArray<readonly ChannelName[]> = [['wechat'], ['wechat', 'alipay']]

/** What the folder of the bundles of such a stage is called. */
export function bundleFolder(channels: readonly ChannelName[]): string {
  return ['functions', ...channels].join('-')
}

/** @returns undefined for an operation of every stage */
export function channelOf(operation: Operation): ChannelName | undefined {
  return CHANNEL_NAMES.find((name) => operation in CHANNELS[name].functions)
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
