/** What a stage has of its channels. */
import { AppError } from '#shared/errors.ts'
import type { Channels } from '#shared/orders/channels.ts'
import { PROVIDERS } from '#shared/providers.ts'
import type { Provider } from '#shared/providers.ts'

/** @throws AppError `config_invalid` for a stage that has none */
export function ofStage<Port>(ports: Readonly<Record<Provider, Port | undefined>>): Channels<Port> {
  const channels: { [Name in Provider]?: Port } = {}
  for (const name of PROVIDERS) {
    const port = ports[name]
    if (port !== undefined) channels[name] = port
  }
  if (Object.keys(channels).length === 0) throw noChannel()
  return channels
}

export function noChannel(): AppError {
  return new AppError('config_invalid', 'environment: no payment channel')
}
