/** The licenses of the packages that a bundle holds, which have to travel with it. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

interface Bundled {
  readonly name: string
  readonly version: string
  readonly license: string
  /** Its text, where the package brings one. */
  readonly text: string | undefined
  /** What its package.json says of it. */
  readonly told: string | undefined
}

type Manifest = Pick<Bundled, 'name' | 'version' | 'license'> & {
  readonly author?: string | { readonly name: string }
}

/**
 * Collects them by the paths of the bundle's inputs, each text once. A package without a license file has that of a package of the same scope
 * under the same license, which comes from the same repository, or else what its package.json says of license and author.
 *
 * @throws Error when a package has none of these.
 */
export function thirdPartyNotices(root: string, inputs: readonly string[]): string {
  const names = inputs.flatMap((input) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? [])
  const bundled = [...new Set(names)].toSorted().map((name) => read(join(root, 'node_modules', name)))
  const byText = Map.groupBy(bundled, (one) => one.text ?? borrowed(one, bundled))
  return [...byText]
    .map(([text, under]) => `${under.map(({ name, version }) => `${name} ${version}\n`).join('')}\n${text}\n`)
    .join(`\n${'-'.repeat(80)}\n\n`)
}

function read(folder: string): Bundled {
  const manifest: Manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const { name, version, license, author } = manifest
  const owner = typeof author === 'string' ? author : author?.name
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry))
  const text = file === undefined ? undefined : readFileSync(join(folder, file), 'utf8').trim()
  const told = owner === undefined ? undefined : `License ${license}, ${owner}`
  return { name, version, license, text, told }
}

function borrowed({ name, license, told }: Bundled, among: readonly Bundled[]): string {
  const scope = /^@[^/]+\//.exec(name)?.[0]
  const sibling = among.find(
    (other) => scope !== undefined && other.name.startsWith(scope) && other.license === license && other.text,
  )
  const text = sibling?.text ?? told
  if (text === undefined) throw new Error(`${name} is bundled and has no license file`)
  return text
}
