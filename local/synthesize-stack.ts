/** Synthesizes the stack with the CDK app itself, in a process of its own: the library is large and works synchronously. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { LocalError } from './local-error.ts'

const APP = join(import.meta.dirname, '..', 'infra', 'app.ts')

/**
 * Writes the cloud assembly of one stage, as `cdk synth` does.
 *
 * @param options.environment what the app's process gets beside the CDK's own variables.
 * @throws LocalError with the app's own message when it fails.
 */
export async function synthesizeStack(
  outDir: string,
  stageName: string,
  options: { readonly environment: Readonly<Record<string, string | undefined>> },
): Promise<void> {
  const child = spawn(process.execPath, [APP], {
    env: {
      ...options.environment,
      CDK_OUTDIR: outDir,
      CDK_CONTEXT_JSON: JSON.stringify({ stage: stageName }),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output: Buffer[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => output.push(chunk))
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (...end) => resolve(end))
  })
  if (signal !== null) throw new LocalError(`the CDK app was ended by ${signal}`)
  if (code !== 0) throw new LocalError(`the CDK app failed: ${Buffer.concat(output).toString().trim()}`)
}
