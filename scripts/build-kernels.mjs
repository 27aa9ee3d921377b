// placeholder until the kernels exist
