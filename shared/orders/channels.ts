/** The channels of a stage: whichever takes the money of an order is asked about it. */
import { AppError } from '#shared/errors.ts'
import { providerOf } from '#shared/facts/account.ts'
import { PROVIDERS } from '#shared/providers.ts'
import type { Provider } from '#shared/providers.ts'

export type Channels<Port> = { readonly [Name in Provider]?: Port }

/** The same for each channel that the stage has. */
export function forEachChannel<Port, Made>(
  channels: Channels<Port>,
  make: (port: Port) => Made,
): Channels<Made> {
  const made: { [Name in Provider]?: Made } = {}
  for (const name of PROVIDERS) {
    const port = channels[name]
    if (port !== undefined) made[name] = make(port)
  }
  return made
}

/** Whom a request means that names nobody: WeChat, which was there before there was a choice, where the stage has it. */
export function usualProvider(channels: Channels<unknown>): Provider {
  return PROVIDERS.find((name) => channels[name] !== undefined) ?? 'wechat'
}

/** The one that a request names, or the usual one. @throws AppError `invalid_request` where the stage does not have it. */
export function channelNamed<Port>(channels: Channels<Port>, provider = usualProvider(channels)): Port {
  const channel = channels[provider]
  if (channel !== undefined) return channel
  const offered = Object.keys(channels).join(' or ')
  const problem = {
    field: 'provider',
    rule: `must be one that this stage has: ${offered}`,
    received: 'string',
  }
  throw new AppError('invalid_request', `provider ${problem.rule}`, { fields: [problem] })
}

/** @throws AppError `config_invalid` for an account of a channel that the stage does not have (any more). */
export function channelFor<Port>(channels: Channels<Port>, account: string): Port {
  const provider = providerOf(account)
  const channel = channels[provider]
  if (channel === undefined)
    throw new AppError('config_invalid', `the stage has no settings for ${provider}, and orders of it`)
  return channel
}
