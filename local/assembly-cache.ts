/**
 * Cloud assemblies that were synthesized before, by the content of what they were made from: what did not change is not
 * synthesized again.
 *
 * An entry is a directory named by its key. It is made under another name and renamed when it is whole, and it holds the hash of
 * its own content, so that one that is cut short or damaged is made anew.
 */
import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { contentHash } from './content-hash.ts'

/** Everything of this project that a synthesis reads; the lock file stands for the packages. */
export const INPUTS = [
  'cdk.json',
  'functions',
  'infra',
  'package-lock.json',
  'package.json',
  'shared',
  'tsconfig.json',
]

const ASSEMBLY = 'cdk.out'
const SEAL = 'sha256'
const KEPT = 6
const DAY_MS = 86_400_000

export interface CachedAssembly {
  /** The directory of the cloud assembly; nobody may write to it. */
  readonly path: string
  /** Whether it was made now. */
  readonly synthesized: boolean
}

export interface AssemblyCacheOptions {
  /** The root of the project. */
  readonly project: string
  /** Where the entries lie. */
  readonly folder: string
  /** What else a synthesis depends on. */
  readonly settings: object
  readonly synthesize: (outDir: string) => Promise<void>
}

/** Finds the assembly of the inputs as they are now, or makes it. */
export async function cachedAssembly(options: AssemblyCacheOptions): Promise<CachedAssembly> {
  const { folder } = options
  await mkdir(folder, { recursive: true })
  for (;;) {
    const key = await keyOf(options)
    const entry = join(folder, key)
    const path = join(entry, ASSEMBLY)
    if (await isWhole(entry)) {
      await utimes(entry, new Date(), new Date())
      return { path, synthesized: false }
    }
    const draft = join(folder, `draft-${randomUUID()}`)
    try {
      await options.synthesize(join(draft, ASSEMBLY))
      // Edited meanwhile: nobody knows what it was made from.
      if ((await keyOf(options)) !== key) continue
      await writeFile(join(draft, SEAL), await contentHash(draft, [ASSEMBLY]))
      await publish(draft, entry)
    } finally {
      await rm(draft, { recursive: true, force: true })
    }
    await removeOld(folder)
    return { path, synthesized: true }
  }
}

async function keyOf({ project, settings }: AssemblyCacheOptions): Promise<string> {
  const text = JSON.stringify([process.version, settings, await contentHash(project, INPUTS)])
  return createHash('sha256').update(text).digest('hex').slice(0, 32)
}

async function isWhole(entry: string): Promise<boolean> {
  const seal = await readFile(join(entry, SEAL), 'utf8').catch(() => undefined)
  return seal !== undefined && seal === (await contentHash(entry, [ASSEMBLY]))
}

/** Another process may have made the same entry at this moment: what is whole stays, for somebody may run it. */
async function publish(draft: string, entry: string): Promise<void> {
  if (await isWhole(entry)) return
  await rm(entry, { recursive: true, force: true })
  await rename(draft, entry).catch(async (error: unknown) => {
    if (!(await isWhole(entry))) throw error
  })
}

/** Keeps the last few and whatever was used today: a running stack reads its functions from there. */
async function removeOld(folder: string): Promise<void> {
  const entries = await Promise.all(
    (await readdir(folder)).map(async (name) => {
      const found = await stat(join(folder, name)).catch(() => undefined)
      return { name, usedAtMs: found?.mtimeMs ?? 0 }
    }),
  )
  const byUse = entries.toSorted((a, b) => b.usedAtMs - a.usedAtMs)
  for (const { name, usedAtMs } of byUse.slice(KEPT))
    if (Date.now() - usedAtMs > DAY_MS) await rm(join(folder, name), { recursive: true, force: true })
}
