/**
 * Who knows a channel by its name. What is there for every channel asks for "each of them" or "the one of this order"; a file that
 * names one has to be changed for the next one as well, and so they are counted.
 */
import { PROVIDERS } from '#shared/providers.ts'
import type { Provider } from '#shared/providers.ts'
import type { Tree } from './tree.ts'

/** Every other one stands beside it. */
export type Further = Exclude<Provider, 'wechat'>

/** What a channel may change beside its own rooms has to stay below this. */
export const FEWER_THAN = 25

/** Why each of them has to say it: files, and folders of which any file may. */
const MAY_NAME: Readonly<Record<Further, Readonly<Record<string, string>>>> = {
  alipay: {
    'shared/providers.ts': 'the list of channels',
    'shared/facts/account.ts': 'the form of its accounts',
    'shared/orders/payment-channel.ts': 'its methods, in what every channel is asked for',
    'shared/operations.ts': 'its notify function, in the table of operations',
    'shared/alipay-settings.ts': 'its settings, as stages and functions read them',
    'shared/secrets/alipay-secrets.ts': 'the forms of its secrets',
    'shared/lambda/alipay-account.ts': 'its account',
    'shared/lambda/alipay-ports.ts': 'its ports',
    'shared/lambda/accounts.ts': 'the one place where functions meet each account',
    'shared/lambda/channels.ts': 'the one place where functions meet each channel',
    'functions/prepay/schema.ts': 'the requests of its methods',
    'infra/channels/': 'what it adds to a stage, and the table of them',
    'infra/library/': 'its props of the construct',
    'infra/watch/': 'its alarms',
    'simulator/guests.ts': 'whom the simulator plays beside WeChat Pay',
    'vitest.mutation.config.ts': 'the folder of its tests',
  },
}

/** Its rooms, and what is made of schemas. Tools and tests work with one channel or another on purpose. */
const NOT_COUNTED: Readonly<Record<Further, RegExp>> = {
  alipay:
    /^(?:shared\/alipay|simulator\/alipay|functions\/notify-alipay|client\/contract|test|bench|cli|local|console|conformance|examples)\//,
}

export const FURTHER: readonly Further[] = PROVIDERS.filter((name) => name !== 'wechat')

/** Every counted file that names the channel. */
export function namersOf(channel: Further, tree: Tree): readonly string[] {
  return [...tree]
    .filter(([path, { channels }]) => channels.includes(channel) && !NOT_COUNTED[channel].test(path))
    .map(([path]) => path)
}

/** What is wrong with them, and what to do. */
export function nameBreaches(channel: Further, tree: Tree): readonly string[] {
  const namers = namersOf(channel, tree)
  const places = Object.keys(MAY_NAME[channel])
  const unknown = namers.filter((path) => !places.some((place) => isIn(place, path)))
  const gone = places.filter((place) => !namers.some((path) => isIn(place, path)))
  return [
    ...unknown.map(
      (path) =>
        `${path} names ${channel}: take what it needs of each channel from shared/lambda/channels.ts, shared/orders/channels.ts, PROVIDERS, infra/channels or simulator/guests.ts, or put it into a room of the channel; what cannot do without the name joins the table of test/architecture/channel-names.ts with its reason`,
    ),
    ...gone.map((path) => `${path} does not name ${channel} any more: take its line out of the table`),
    ...(namers.length < FEWER_THAN
      ? []
      : [
          `${namers.length} files outside the rooms of ${channel} name it, and fewer than ${FEWER_THAN} may: a channel has to stay a room and a line in a few tables`,
        ]),
  ]
}

function isIn(place: string, path: string): boolean {
  return place.endsWith('/') ? path.startsWith(place) : path === place
}
