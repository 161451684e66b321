/** The licenses of the packages that a bundle holds, which have to travel with it. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Collects them by the paths of the bundle's inputs. @throws Error when a package has no license file. */
export function thirdPartyNotices(root: string, inputs: readonly string[]): string {
  const names = inputs.flatMap((input) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? [])
  return [...new Set(names)]
    .toSorted()
    .map((name) => {
      const folder = join(root, 'node_modules', name)
      const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry))
      if (file === undefined) throw new Error(`${name} is bundled and has no license file`)
      const { version }: { version: string } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
      return `${name} ${version}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`
    })
    .join(`\n${'-'.repeat(80)}\n\n`)
}
