/** The functions that came with the package, bundled when it was made: nothing is bundled at synth. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { bundleFolder, type ChannelName } from '#infra/channels/channels.ts'
import type { FunctionBundles } from './wechat-pay-props.ts'

/**
 * @param channels those that the functions are to have in them.
 * @throws Error where this is no package, or one that is not whole, and nobody has said where the functions are.
 */
export function packagedBundles(
  channels: readonly ChannelName[],
  folder = join(import.meta.dirname, bundleFolder(channels)),
): FunctionBundles {
  if (!existsSync(folder)) {
    throw new Error(
      `WechatPay finds no functions at ${folder}: use the package that npm run pack:construct makes, or set bundles`,
    )
  }
  return { directoryOf: (name) => wholeFolder(join(folder, name), name) }
}

/** The manifest of a function names what it may load later. */
const Manifest = v.object({ imports: v.record(v.string(), v.string()) })

/** A file that is missing is told of now, and not when a function first needs it. */
function wholeFolder(folder: string, name: string): string {
  const { imports } = v.parse(Manifest, JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')))
  const missing = ['index.js', ...Object.values(imports)].filter((file) => !existsSync(join(folder, file)))
  if (missing.length > 0)
    throw new Error(
      `WechatPay finds no ${missing.join(', ')} of ${name} at ${folder}: install the package again`,
    )
  return folder
}
