/** The cloud assembly that a stack runs, with word of what is being done for it. */
import { EXAMPLE_APP } from './alipay.ts'
import type { Progress } from './progress.ts'
import type { StackOptions } from './stack-options.ts'
import { synthesizeStack } from './synthesize-stack.ts'

/** The settings of a stage that are about WeChat Pay alone. */
const OF_WECHAT = ['mchid', 'appids', 'notices', 'wechatApiUrl', 'wechatApiBackupUrl']

/** The given one, or else the stage's own. @throws LocalError when it cannot be synthesized. */
export async function chosenAssembly(options: StackOptions, progress: Progress): Promise<string> {
  const { assembly, stageName = 'dev', environment = {}, onProgress = () => {} } = options
  if (assembly !== undefined) return assembly
  const onSynthesize = () =>
    onProgress(
      `synthesizing stage ${stageName}: the CDK bundles the functions, writes the template and checks it (some 10 s, longer on a busy machine; once, until something changes)`,
    )
  const { path } = await progress(
    {
      doing: `synthesizing stage ${stageName}`,
      done: ({ synthesized }) =>
        synthesized ? 'template synthesized' : 'template of the last time taken: nothing has changed since',
    },
    synthesizeStack(stageName, {
      environment,
      onSynthesize,
      lacking: lackingOf(options),
      without: options.withWechat === false ? OF_WECHAT : [],
    }),
  )
  return path
}

function lackingOf({ settings = {}, withAlipay = false }: StackOptions): Readonly<Record<string, unknown>> {
  return { ...settings, ...(withAlipay && { alipay: EXAMPLE_APP }) }
}
