/** Synthesizes the stack with the CDK app itself, in a process of its own: the library is large and works synchronously. */
import { spawn } from 'node:child_process'
import { join, resolve } from 'node:path'
import { type CachedAssembly, cachedAssembly } from './assembly-cache.ts'
import { LocalError } from './local-error.ts'

const PROJECT = resolve(import.meta.dirname, '..')
const APP = join(PROJECT, 'infra', 'app.ts')

type Environment = Readonly<Record<string, string | undefined>>

export interface SynthesizeStackOptions {
  /** Settings for a stage that does not have them itself. */
  readonly lacking?: Readonly<Record<string, unknown>>
  /** The names of settings that it loses. */
  readonly without?: readonly string[]
  /** What the app's process gets beside the CDK's own variables. */
  readonly environment: Environment
  /** Called when there is none yet and it has to be made, which takes a while. */
  readonly onSynthesize?: () => void
}

/**
 * The cloud assembly of one stage, as `cdk synth` writes it: the one of an earlier run when nothing has changed since.
 *
 * @throws LocalError with the app's own message when it fails.
 */
export function synthesizeStack(
  stageName: string,
  { lacking, without = [], environment, onSynthesize = () => {} }: SynthesizeStackOptions,
): Promise<CachedAssembly> {
  const ofCdk = Object.keys(environment)
    .filter((name) => name.startsWith('CDK_'))
    .toSorted()
    .map((name) => [name, environment[name]])
  return cachedAssembly({
    project: PROJECT,
    folder: join(PROJECT, '.local', 'assemblies'),
    settings: { stageName, lacking, without, ofCdk },
    synthesize: (outDir) => {
      onSynthesize()
      return runApp(outDir, { stage: stageName, lacking, without }, environment)
    },
  })
}

async function runApp(outDir: string, context: object, environment: Environment): Promise<void> {
  const child = spawn(process.execPath, [APP], {
    env: {
      ...environment,
      CDK_OUTDIR: outDir,
      CDK_CONTEXT_JSON: JSON.stringify(context),
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
