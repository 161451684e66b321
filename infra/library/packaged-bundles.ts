/** The functions that came with the package, bundled when it was made: nothing is bundled at synth. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { FunctionBundles } from './wechat-pay-props.ts'

/** Beside the code of the package. */
const FOLDER = join(import.meta.dirname, 'functions')
/** The same with Alipay in them. */
const FOLDER_WITH_ALIPAY = join(import.meta.dirname, 'functions-alipay')

/**
 * @param hasAlipay whether payments by Alipay are wanted as well.
 * @throws Error where this is no package, and nobody has said where the functions are.
 */
export function packagedBundles(hasAlipay: boolean): FunctionBundles {
  const folder = hasAlipay ? FOLDER_WITH_ALIPAY : FOLDER
  if (!existsSync(folder)) {
    throw new Error(
      `WechatPay finds no functions at ${folder}: use the package that npm run pack:construct makes, or set bundles`,
    )
  }
  return { directoryOf: (name) => join(folder, name) }
}
