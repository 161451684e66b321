/** Folders of the repository of which a package is published, each with `packaging/pack.ts` and `packaging/manifest.ts`. */
export const PUBLISHED = ['client', 'simulator', 'cli', 'infra']
