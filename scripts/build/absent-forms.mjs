// Stands in a bundle for what node-fetch brings for forms and blobs, which no task sends: see standIns in task.mjs.
class Absent {
  constructor() {
    throw new Error(
      `${new.target.name} is not in this bundle: take its module off the list in scripts/build/task.mjs.`,
    );
  }
}
export class Blob extends Absent {}
export class File extends Absent {}
export class FormData extends Absent {}
const refuse = () => new Blob();

export {
  refuse as blobFrom,
  refuse as blobFromSync,
  refuse as fileFrom,
  refuse as fileFromSync,
  refuse as formDataToBlob,
};
export default Blob;
