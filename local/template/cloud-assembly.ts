/** Reads what `cdk synth` wrote: the stack's template, its environment, and where its assets lie. */
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import * as v from 'valibot'
import { LocalError } from '#local/local-error.ts'
import { type Template, TemplateSchema } from './template-shape.ts'

const ManifestSchema = v.object({
  artifacts: v.optional(
    v.record(
      v.string(),
      v.looseObject({
        type: v.string(),
        environment: v.optional(v.string()),
        displayName: v.optional(v.string()),
        properties: v.optional(v.record(v.string(), v.unknown()), {}),
      }),
    ),
    {},
  ),
})

const AssetsSchema = v.object({
  files: v.optional(
    v.record(
      v.string(),
      v.looseObject({
        source: v.looseObject({ path: v.optional(v.string()) }),
        destinations: v.record(v.string(), v.looseObject({ objectKey: v.string() })),
      }),
    ),
    {},
  ),
})

/** One stack of a cloud assembly. */
export interface SynthesizedStack {
  readonly stackName: string
  /** From the stack's environment; undefined when it was synthesized for any region. */
  readonly region: string | undefined
  readonly template: Template
  /** Directory or file of an asset by its object key in the bootstrap bucket. */
  readonly assets: ReadonlyMap<string, string>
}

interface StackArtifact {
  readonly id: string
  readonly stackName: string
  readonly directory: string
  readonly region: string | undefined
  readonly templateFile: string
}

/**
 * Reads one stack from a cloud assembly directory (`cdk.out`).
 *
 * @param stackName needed only when the assembly holds several stacks: its name or its artifact id.
 * @throws LocalError when there is no such stack, or a file is not what `cdk synth` writes.
 */
export async function readCloudAssembly(outDir: string, stackName?: string): Promise<SynthesizedStack> {
  const stacks = await listStacks(resolve(outDir))
  const wanted =
    stackName === undefined ? stacks : stacks.filter((s) => [s.id, s.stackName].includes(stackName))
  const [stack] = wanted
  if (stack === undefined || wanted.length > 1) {
    const names = stacks.map((s) => s.id).join(', ') || 'none'
    throw new LocalError(
      `${outDir}: expected one stack${stackName === undefined ? '' : ` named ${stackName}`}, it holds: ${names}`,
    )
  }
  const template = await readJson(join(stack.directory, stack.templateFile), TemplateSchema)
  const assetsFile = stack.templateFile.replace(/\.template\.json$/, '.assets.json')
  const { files } = await readJson(join(stack.directory, assetsFile), AssetsSchema)
  const assets = new Map<string, string>()
  for (const { source, destinations } of Object.values(files)) {
    for (const { objectKey } of Object.values(destinations)) {
      if (source.path !== undefined) assets.set(objectKey, resolve(stack.directory, source.path))
    }
  }
  return { stackName: stack.stackName, region: stack.region, template, assets }
}

async function listStacks(directory: string): Promise<readonly StackArtifact[]> {
  const { artifacts } = await readJson(join(directory, 'manifest.json'), ManifestSchema)
  const found: StackArtifact[] = []
  for (const [id, artifact] of Object.entries(artifacts)) {
    const { templateFile, stackName, directoryName } = artifact.properties
    if (artifact.type === 'aws:cloudformation:stack' && typeof templateFile === 'string') {
      const name = typeof stackName === 'string' ? stackName : id
      found.push({ id, stackName: name, directory, region: regionOf(artifact.environment), templateFile })
    } else if (artifact.type === 'cdk:cloud-assembly' && typeof directoryName === 'string') {
      found.push(...(await listStacks(join(directory, directoryName))))
    }
  }
  return found
}

/** `aws://123456789012/cn-north-1`; `unknown-region` stands for any. */
function regionOf(environment: string | undefined): string | undefined {
  const region = environment?.split('/').at(-1)
  return region === undefined || region === '' || region === 'unknown-region' ? undefined : region
}

async function readJson<const Schema extends v.GenericSchema>(
  path: string,
  schema: Schema,
): Promise<v.InferOutput<Schema>> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new LocalError(`cannot read ${path}: run cdk synth first`, { cause })
  })
  const result = v.safeParse(schema, JSON.parse(text))
  if (!result.success)
    throw new LocalError(`${path} is not as cdk synth writes it: ${v.summarize(result.issues)}`)
  return result.output
}
