/** The oldest CDK that the construct promises to work with, from npm. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { OLDEST_CDK } from '#infra/packaging/manifest.ts'
import { ROOT } from './versions.ts'

/** Into `.local/cdk`, unless it is there. @returns its `node_modules` */
export async function installOldestCdk(): Promise<string> {
  const folder = join(ROOT, '.local/cdk', OLDEST_CDK)
  const modules = join(folder, 'node_modules')
  if (existsSync(join(modules, 'aws-cdk-lib/package.json'))) return modules
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'package.json'), '{"private":true}\n')
  const wanted = [`aws-cdk-lib@${OLDEST_CDK}`, 'constructs@10.5.0']
  await promisify(execFile)('npm', ['install', '--no-package-lock', '--ignore-scripts', ...wanted], {
    cwd: folder,
  })
  return modules
}
