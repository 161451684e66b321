/** The ports of operations that mostly ask a channel: close and refund. */
import { forEachChannel } from '#shared/orders/channels.ts'
import { callPortsOf } from './channels.ts'
import { commonPorts } from './common-ports.ts'
import type { OrderEnvironment, PortOptions } from './common-ports.ts'
import { laterRecording } from './later-queue.ts'

/** For each channel of the stage. Made once per container; nothing is loaded or connected here. */
export function operationPorts(env: OrderEnvironment, options: PortOptions) {
  const { ports: common, onlyBackup } = commonPorts(env, options)
  const recording = laterRecording(env)
  return forEachChannel(callPortsOf(env, { ...options, onlyBackup }), (ports) => ({
    ...common,
    ...recording,
    ...ports,
  }))
}
