/** A page of the repository as it stands in a package, where most of what it links to is not. */
import { posix } from 'node:path'

export interface Placed {
  /** Pages of the repository, and where each lies in the package. */
  readonly pages: Readonly<Record<string, string>>
  /** The repository as a browser opens it, where that is known. */
  readonly web: string | undefined
}

const LINK = /\[([^\]]*)\]\((?!https?:|#)([^)#\s]+)(#[^)\s]*)?\)/g

/** Links within the package stay, others lead to the repository; where nobody knows its address their text stays alone. */
export function packagedPage(text: string, from: string, { pages, web }: Placed): string {
  return text.replaceAll(LINK, (_, label: string, target: string, anchor = '') => {
    const path = posix.join(posix.dirname(from), target)
    const [here, there] = [pages[from], pages[path]]
    if (here !== undefined && there !== undefined)
      return `[${label}](${posix.relative(posix.dirname(here), there)}${anchor})`
    return web === undefined ? label : `[${label}](${web}/blob/main/${path}${anchor})`
  })
}
