/** The functions that came with the package, bundled when it was made: nothing is bundled at synth. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { FunctionBundles } from './wechat-pay-props.ts'

/** Beside the code of the package. */
const FOLDER = join(import.meta.dirname, 'functions')

/** @throws Error where this is no package, and nobody has said where the functions are. */
export function packagedBundles(): FunctionBundles {
  if (!existsSync(FOLDER)) {
    throw new Error(
      `WechatPay finds no functions at ${FOLDER}: use the package that npm run pack:construct makes, or set bundles`,
    )
  }
  return { directoryOf: (name) => join(FOLDER, name) }
}
