"""A learning rate for every coordinate: AdaGrad, RMSProp, AdaDelta."""
