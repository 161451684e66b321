/** Attack 53: what others ship to us. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isBuiltin } from 'node:module'
import { expect, it } from 'vitest'

interface LockedPackage {
  readonly integrity?: string
  readonly resolved?: string
  readonly link?: boolean
  readonly hasInstallScript?: boolean
  readonly dev?: boolean
  readonly optional?: boolean
  readonly os?: readonly string[]
}

const ROOT = join(import.meta.dirname, '..', '..', '..')
const CRYPTO = join(ROOT, 'shared/crypto')
const isOurs = (name: string) => name.startsWith('./') || name.startsWith('#shared/crypto/')
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')

export function supplyChainAttacks(): void {
  it('53 every package is locked by its hash, none may run a script, and cryptography depends on Node, SM2 on one package beside it', () => {
    const lock = JSON.parse(read('package-lock.json')) as { packages: Record<string, LockedPackage> }
    const { allowScripts } = JSON.parse(read('package.json')) as { allowScripts: Record<string, boolean> }
    const packages = Object.entries(lock.packages).filter(([path]) => path !== '')
    expect(packages.length).toBeGreaterThan(100)
    // What a package brings along inside of itself is covered by its own hash; development tools for other systems
    // than the one that wrote the lock have none.
    const bare = packages.filter(
      ([path, locked]) =>
        locked.integrity === undefined && !bundledInside(path, lock.packages) && !toolOfAnotherSystem(locked),
    )
    expect(bare.map(([path]) => path)).toEqual([])
    expect(packages.filter(([, { link }]) => link === true)).toEqual([])
    const elsewhere = packages.filter(
      ([, { resolved = 'https://registry.npmjs.org/' }]) =>
        !resolved.startsWith('https://registry.npmjs.org/'),
    )
    expect(elsewhere).toEqual([])
    const scripts = packages
      .filter(([, { hasInstallScript }]) => hasInstallScript)
      .map(([path]) => path.replace(/.*node_modules\//, ''))
    expect(
      [...new Set(scripts)].filter((name) => allowScripts[name] !== false && name !== 'fsevents'),
    ).toEqual([])

    for (const file of readdirSync(CRYPTO, { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.ts')) continue
      const imports = [...read(join('shared/crypto', file)).matchAll(/ from '([^']+)'/g)]
      const others = imports.map(([, name = '']) => name).filter((name) => !isOurs(name) && !isBuiltin(name))
      expect(others.filter((name) => !file.startsWith('sm/') || name !== 'sm-crypto-v2')).toEqual([])
    }
    const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> }
    expect(dependencies['sm-crypto-v2']).toMatch(/^\d+\.\d+\.\d+$/)
  })
}

function bundledInside(path: string, packages: Readonly<Record<string, LockedPackage>>): boolean {
  const holder = path.slice(0, path.lastIndexOf('/node_modules/'))
  return path.includes('/node_modules/') && packages[holder] !== undefined
}

function toolOfAnotherSystem({ dev, optional, os }: LockedPackage): boolean {
  return dev === true && optional === true && os !== undefined
}
