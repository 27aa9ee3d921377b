// Opens a ledger in a file, and commits a row for each line that it is told. It answers with what happened, or with the rows for `read`.
import { createInterface } from 'node:readline';
import { SqliteDatabase } from '@adit/ledger';
import { AditError } from '@adit/primitives';

const [, , file = ''] = process.argv;
let database = await SqliteDatabase.open(file);

async function obey(line: string): Promise<string> {
  if (line === 'open') {
    await database.close();
    database = await SqliteDatabase.open(file);
    return 'open';
  }
  if (line === 'read') {
    const rows = await database.read((queries) =>
      queries.all("SELECT name FROM meta WHERE name <> 'version' ORDER BY name"),
    );
    return rows.map((row) => row['name']).join(' ');
  }
  await database.transact((queries) => queries.run("INSERT INTO meta (name, value) VALUES (?, '1')", [line]));
  return `${line} kept`;
}

for await (const line of createInterface({ input: process.stdin })) {
  const answer = await obey(line).catch((error: unknown) =>
    error instanceof AditError ? error.code : String(error),
  );
  process.stdout.write(`${answer}\n`);
}
