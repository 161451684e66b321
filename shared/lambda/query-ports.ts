/** The ports of query: most orders are final, and nobody is asked about them. */
import { forEachChannel } from '#shared/orders/channels.ts'
import { commonPorts } from './common-ports.ts'
import type { OrderEnvironment, PortOptions } from './common-ports.ts'
import { laterChannelsOf } from './later-channels.ts'
import { laterRecording } from './later-queue.ts'

/** For each channel of the stage. Made once per container; nothing is loaded or connected here. */
export function queryPorts(env: OrderEnvironment, options: PortOptions) {
  const { ports: common, onlyBackup } = commonPorts(env, options)
  const recording = laterRecording(env)
  return forEachChannel(laterChannelsOf(env, { ...options, onlyBackup }), (ports) => ({
    ...common,
    ...recording,
    ...ports,
  }))
}
