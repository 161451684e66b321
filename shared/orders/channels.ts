/** The channels of a stage: whichever takes the money of an order is asked about it. */
import { AppError } from '#shared/errors.ts'
import { providerOf } from '#shared/facts/account.ts'
import type { Provider } from '#shared/facts/account.ts'

export type Channels<Port> = { readonly [Name in Provider]?: Port }

/** @throws AppError `config_invalid` for an account of a channel that the stage does not have (any more). */
export function channelFor<Port>(channels: Channels<Port>, account: string): Port {
  const provider = providerOf(account)
  const channel = channels[provider]
  if (channel === undefined)
    throw new AppError('config_invalid', `the stage has no settings for ${provider}, and orders of it`)
  return channel
}
