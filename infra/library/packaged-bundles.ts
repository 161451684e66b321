/** The functions that came with the package, bundled when it was made: nothing is bundled at synth. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { bundleFolder, type ChannelName } from '#infra/channels/channels.ts'
import type { FunctionBundles } from './wechat-pay-props.ts'

/**
 * @param channels those that the functions are to have in them.
 * @throws Error where this is no package, and nobody has said where the functions are.
 */
export function packagedBundles(channels: readonly ChannelName[]): FunctionBundles {
  const folder = join(import.meta.dirname, bundleFolder(channels))
  if (!existsSync(folder)) {
    throw new Error(
      `WechatPay finds no functions at ${folder}: use the package that npm run pack:construct makes, or set bundles`,
    )
  }
  return { directoryOf: (name) => join(folder, name) }
}
