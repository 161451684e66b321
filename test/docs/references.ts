/** What a page refers to and what is not there: links, their anchors, and paths of the code. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { anchorsOf, codesOf, readPage } from './markdown.ts'

const CODE_PATH = /^(?:functions|shared|infra|local|simulator|cli|bench|test|docs)\/[\w./<>*-]*$/

export interface PageAt {
  /** From the root of the project. */
  readonly path: string
  readonly text: string
}

export function missingFrom(root: string, page: PageAt): readonly string[] {
  return [...missingLinks(root, page), ...missingPaths(root, page)]
}

function missingLinks(root: string, { path, text }: PageAt): readonly string[] {
  const prose = readPage(text).prose.join('\n')
  const links = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link!)
  return links
    .filter((link) => !/^[a-z]+:/.test(link))
    .flatMap((link) => {
      const [file = '', anchor] = link.split('#')
      const target = join(root, dirname(path), decodeURIComponent(file))
      if (!existsSync(target)) return [`${path} links to ${link}: there is no ${relative(root, target)}`]
      if (anchor === undefined) return []
      const anchors = anchorsOf(file === '' ? text : readFileSync(target, 'utf8'))
      return anchors.has(decodeURIComponent(anchor))
        ? []
        : [`${path} links to ${link}: no heading makes #${anchor}`]
    })
}

/** `functions/<name>` and `shared/*.ts` are kinds of paths: the folder in front of the first blank counts. */
function missingPaths(root: string, { path, text }: PageAt): readonly string[] {
  return codesOf(readPage(text).prose.join('\n'))
    .filter((code) => CODE_PATH.test(code))
    .filter((code) => !existsSync(join(root, code.replace(/[^/]*[<*].*$/, ''))))
    .map((code) => `${path} names ${code}: there is no such path`)
}

/** Parts of a page that it has twice, as a merge may leave them: a heading below the same headings. */
export function repeatedIn(text: string): readonly string[] {
  const above: string[] = []
  const paths = readPage(text).headings.map(({ level, text: heading }) => {
    above.splice(level - 1)
    above[level - 1] = heading
    return above.filter((each) => each !== undefined).join(' > ')
  })
  return paths.filter((path, index) => paths.indexOf(path) < index)
}
